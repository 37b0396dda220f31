/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NOTICE_H
#define NOTICE_H

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>

/**
 * DOC: a progress message on a terminal
 *
 * A step that may take long on a busy machine tells the user what it is doing: on a terminal only, and only if it has
 * not ended after a moment. The message is erased when the step ends.
 *
 * A signal from the terminal may end the process before. The thread that prints the message is the one that receives
 * these signals: it erases the message first, and lets the signal do then what it does.
 */

/* How long a person waits without wondering, in milliseconds. */
#define NOTICE_AFTER_MS 500

/**
 * struct notice - a progress message
 * @fd: the terminal
 * @after_ms: milliseconds before it is printed
 * @text: the message
 * @end: a pipe; notice_end() closes its write end, which ends the thread
 * @signals: signalfd of the signals that end a process from a terminal
 * @mask: signals that were blocked before
 * @thread: the thread that prints it
 * @running: there is a thread
 */
struct notice {
	int fd, after_ms;
	char text[80];
	int end[2];
	int signals;
	sigset_t mask;
	pthread_t thread;
	bool running;
};

/**
 * notice_begin() - print a message soon, unless the step ends before
 * @n: the notice, for notice_end(); it must not move in memory
 * @fd: where to print, if this is a terminal
 * @after_ms: milliseconds before it is printed
 * @command: the command's name
 * @doing: the step: "loading the BPF programs"
 *
 * Nothing is printed if the thread for it cannot be started.
 */
void notice_begin(struct notice *n, int fd, int after_ms, const char *command, const char *doing);

/* The step has ended: erase the message. On return the terminal is as it was, and the thread is gone. */
void notice_end(struct notice *n);

#endif
