/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NOTICE_H
#define NOTICE_H

#include <pthread.h>
#include <stdbool.h>

/**
 * DOC: a word to a person who waits
 *
 * What takes long on a busy machine says what it is doing, on a terminal only, and only if it has not ended after a
 * moment. The word goes away again with what it was about.
 */

/* How long a person waits without wondering, in milliseconds. */
#define NOTICE_AFTER_MS 500

/**
 * struct notice - a word about something that is being done
 * @fd: the terminal
 * @after_ms: how long to wait before it is said
 * @text: what is said
 * @end: a pipe that is closed at the end
 * @thread: who says it
 * @running: there is a thread
 */
struct notice {
	int fd, after_ms;
	char text[80];
	int end[2];
	pthread_t thread;
	bool running;
};

/**
 * notice_begin() - something begins that may take long
 * @n: the notice, for notice_end()
 * @fd: where it is said, if this is a terminal
 * @after_ms: when
 * @command: the command's name
 * @doing: what it does: "loading the BPF programs"
 *
 * Nothing is said if there is no thread to be had for it.
 */
void notice_begin(struct notice *n, int fd, int after_ms, const char *command, const char *doing);

/* It has ended. When this returns, the terminal is as it was, and the thread is gone. */
void notice_end(struct notice *n);

#endif
