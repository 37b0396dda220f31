// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Signals and the stop flag: what they call, what they end, and what they do not.
 */
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "base/loop.h"
#include "base/stop.h"
#include "loop-parts.h"
#include "tap-out.h"

/* --- signals */

static void signals(void)
{
	static const int numbers[] = { SIGUSR1, SIGUSR2, SIGWINCH };
	struct counter c[3] = { { .last = 0 } }, rounds = { .last = 10 };
	struct loop_signal s[3];
	struct loop_fd f;
	struct loop l;

	must_open(&l);
	for (int i = 0; i < 3; i++) {
		s[i] = (struct loop_signal){ .number = numbers[i], .fn = count, .arg = &c[i] };
		must(!loop_add_signal(&l, &s[i]), "loop_add_signal");
	}
	raise(SIGUSR1);
	raise(SIGUSR1);
	raise(SIGWINCH);
	add_ready(&l, &f, &rounds);
	ok(!loop_run(&l), "signals do not kill");
	ok(c[0].calls == 1, "two of a kind are one call");
	ok(c[1].calls == 0, "none is no call");
	ok(c[2].calls == 1, "another kind");
	rounds.calls = 0;
	raise(SIGUSR2);
	ok(!loop_run(&l) && c[0].calls == 1 && c[1].calls == 1 && c[2].calls == 1, "one that comes later");
	loop_close(&l);
	close(f.fd);
}

/**
 * struct helper - a thread that waits until the main thread sleeps, and then acts on it
 */
struct helper {
	pthread_t thread, main;
	pid_t tid;
	void (*act)(const struct helper *h);
};

static bool sleeps(pid_t tid)
{
	char name[64], state = 0;
	FILE *f;

	snprintf(name, sizeof(name), "/proc/self/task/%d/stat", tid);
	f = fopen(name, "re");
	must(f, name);
	if (fscanf(f, "%*d (%*[^)]) %c", &state) != 1)
		state = 0;
	fclose(f);
	return state == 'S';
}

static void *help(void *arg)
{
	const struct helper *h = arg;

	while (!sleeps(h->tid))
		sched_yield();
	h->act(h);
	return NULL;
}

static int run_with_helper(struct loop *l, void (*act)(const struct helper *h))
{
	struct helper h = { .main = pthread_self(), .tid = (pid_t)syscall(SYS_gettid), .act = act };
	int r;

	fflush(stdout);
	must(!pthread_create(&h.thread, NULL, help, &h), "pthread_create");
	r = loop_run(l);
	pthread_join(h.thread, NULL);
	return r;
}

static int signal_fd;

/* The signal interrupts the wait with EINTR; then this write ends the loop. */
static void on_signal(int sig)
{
	const uint64_t one = 1;

	(void)sig;
	if (write(signal_fd, &one, sizeof(one)) < 0)
		_exit(2);
}

static void send_signal(const struct helper *h)
{
	pthread_kill(h->main, SIGPROF);
}

static void interrupted(void)
{
	const struct sigaction sa = { .sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND };
	struct loop_fd f = { .events = EPOLLIN, .fn = loop_end };
	struct loop l;

	must_open(&l);
	signal_fd = f.fd = eventfd(0, EFD_CLOEXEC);
	must(f.fd >= 0 && !loop_add_fd(&l, &f) && !sigaction(SIGPROF, &sa, NULL), "sigaction");
	ok(!run_with_helper(&l, send_signal), "a signal handler does not end the loop");
	loop_close(&l);
	close(f.fd);
}

/* --- the stop flag */

/**
 * struct late_stop - a callback of an always ready descriptor; it raises SIGTERM
 * @calls: how often it was called
 * @at: at which call it raises SIGTERM
 */
struct late_stop {
	unsigned int calls, at;
};

static int stop_at(void *arg)
{
	struct late_stop *s = arg;

	if (++s->calls == s->at)
		raise(SIGTERM);
	return s->calls == FAR_TOO_MANY ? LOOP_END : 0;
}

static bool run_until_stop(void)
{
	struct late_stop s = { .at = 10 };
	struct counter c = { .last = FAR_TOO_MANY };
	struct greedy greedy;
	struct loop_fd always = { .fd = ready_fd(), .events = EPOLLIN, .fn = stop_at, .arg = &s }, f;
	struct loop l;

	must_open(&l);
	must(!loop_add_fd(&l, &always), "loop_add_fd");
	add_ready(&l, &f, &c);
	add_greedy(&l, &greedy);
	return !loop_run(&l) && s.calls == 10 && c.calls <= 10 && greedy.calls <= 20;
}

/* A child gets SIGTERM between fork() and exec(). */
static bool run_until_child_stops(void)
{
	struct loop l;
	pid_t pid;

	must_open(&l);
	pid = fork();
	must(pid >= 0, "fork");
	if (!pid) {
		raise(SIGTERM);
		_exit(0);
	}
	return !loop_run(&l) && waitpid(pid, NULL, 0) == pid;
}

/* Run @run in its own process, since the flag is never cleared. Return: the result of @run. */
static bool with_stop_flag(bool (*run)(void))
{
	int status;
	pid_t pid = fork();

	must(pid >= 0, "fork");
	if (!pid) {
		must(!stop_init(), "stop_init");
		_exit(!run());
	}
	must(waitpid(pid, &status, 0) == pid, "waitpid");
	return WIFEXITED(status) && !WEXITSTATUS(status);
}

static void request_stop(const struct helper *h)
{
	(void)h;
	stop_request();
}

static void stop_wakes(void)
{
	struct loop l;

	must_open(&l);
	ok(!run_with_helper(&l, request_stop), "another thread's request to stop ends a loop that sleeps");
	loop_close(&l);
}

/* After the flag was set. */
static void stop_callback(void)
{
	struct counter stop = { .last = 0 }, fd = { .last = 5 };
	struct epoll_event e;
	struct loop_fd f;
	struct loop l;

	must_open(&l);
	loop_on_stop(&l, count, &stop);
	add_ready(&l, &f, &fd);
	ok(!loop_run(&l) && stop.calls == 1 && fd.calls == 5, "one who has something to do at a stop is called once");
	loop_remove_fd(&l, &f);
	ok(epoll_wait(l.epoll, &e, 1, 0) == 0, "and not woken for it again");
	loop_close(&l);
	close(f.fd);
}

int main(void)
{
	const unsigned int before = open_count();

	setvbuf(stdout, NULL, _IOLBF, 0);
	signals();
	interrupted();
	ok(open_count() == before, "nothing is left open");
	ok(with_stop_flag(run_until_stop),
	   "SIGTERM ends a loop at once whose timers and descriptors are always ready");
	ok(with_stop_flag(run_until_child_stops), "SIGTERM to a child before its exec ends the loop, too");
	must(!stop_init(), "stop_init");
	stop_wakes();
	stop_callback();
	ok(open_count() == before + 1, "nothing but the stop flag's own descriptor");
	return tap_done();
}
