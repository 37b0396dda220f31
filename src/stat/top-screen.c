// SPDX-License-Identifier: GPL-2.0-or-later
#include "top-screen.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <curses.h>

#include "top-draw.h"

/* Alone it is a key; what follows sooner, the terminal has sent for a key that has no character. */
#define ESCAPE 27
#define ESCAPE_DELAY_MS 25

/**
 * struct top_screen - the terminal
 * @curses: what curses knows of it
 * @signals: those that concern a terminal
 * @either: @signals or standard input
 * @draw: how it is drawn
 */
struct top_screen {
	SCREEN *curses;
	int signals, either;
	struct top_draw draw;
};

/* Through a descriptor they wake whoever waits for keys, and find nothing half done. */
static int open_signals(struct top_screen *s)
{
	static const int wanted[] = { SIGWINCH, SIGCONT, SIGHUP, SIGQUIT };
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		sigaddset(&set, wanted[i]);
	if (sigprocmask(SIG_BLOCK, &set, NULL))
		return -errno;
	s->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return s->signals < 0 ? -errno : 0;
}

static int open_either(struct top_screen *s)
{
	const int fds[] = { STDIN_FILENO, s->signals };

	s->either = epoll_create1(EPOLL_CLOEXEC);
	for (int i = 0; s->either >= 0 && i < 2; i++) {
		struct epoll_event event = { .events = EPOLLIN };

		if (epoll_ctl(s->either, EPOLL_CTL_ADD, fds[i], &event))
			return -errno;
	}
	return s->either < 0 ? -errno : 0;
}

static int open_curses(struct top_screen *s, bool color)
{
	setlocale(LC_CTYPE, "");
	s->draw.utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");
	s->curses = newterm(NULL, stdout, stdin);
	if (!s->curses)
		return -ENOTTY;
	set_escdelay(ESCAPE_DELAY_MS);
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	curs_set(0);
	top_draw_init(&s->draw, color);
	return 0;
}

int top_screen_open(struct top_screen **screen, bool color)
{
	struct top_screen *s = calloc(1, sizeof(*s));
	int err;

	*screen = NULL;
	if (!s)
		return -ENOMEM;
	s->signals = s->either = -1;
	err = open_signals(s);
	if (!err)
		err = open_either(s);
	if (!err)
		err = open_curses(s, color);
	if (err)
		top_screen_close(s);
	else
		*screen = s;
	return err;
}

int top_screen_fd(const struct top_screen *s)
{
	return s->either;
}

static void resize(void)
{
	struct winsize size;

	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_row && size.ws_col)
		resizeterm(size.ws_row, size.ws_col);
}

/* Return: an enum top_key, or -EAGAIN without a signal. */
static int read_signal(struct top_screen *s)
{
	struct signalfd_siginfo info;

	if (read(s->signals, &info, sizeof(info)) != sizeof(info))
		return -EAGAIN;
	if (info.ssi_signo == SIGHUP || info.ssi_signo == SIGQUIT)
		return TOP_KEY_QUIT;
	/* Whoever had the terminal while we were stopped has left it as he liked. */
	if (info.ssi_signo == SIGCONT)
		clearok(curscr, TRUE);
	resize();
	return TOP_KEY_NONE;
}

static enum top_key meaning(int key)
{
	static const struct {
		int key;
		enum top_key means;
	} keys[] = {
		{ KEY_UP, TOP_KEY_UP }, { 'k', TOP_KEY_UP }, { KEY_DOWN, TOP_KEY_DOWN }, { 'j', TOP_KEY_DOWN },
		{ KEY_PPAGE, TOP_KEY_PAGE_UP }, { KEY_NPAGE, TOP_KEY_PAGE_DOWN },
		{ KEY_HOME, TOP_KEY_HOME }, { KEY_END, TOP_KEY_END },
		{ '\r', TOP_KEY_ENTER }, { '\n', TOP_KEY_ENTER }, { KEY_ENTER, TOP_KEY_ENTER },
		{ ESCAPE, TOP_KEY_BACK }, { KEY_BACKSPACE, TOP_KEY_BACK }, { '\b', TOP_KEY_BACK }, { 127, TOP_KEY_BACK },
		{ '<', TOP_KEY_SORT_LEFT }, { '>', TOP_KEY_SORT_RIGHT }, { 's', TOP_KEY_SORT_NEXT },
		{ 'r', TOP_KEY_REVERSE }, { ' ', TOP_KEY_PAUSE }, { 'p', TOP_KEY_PAUSE },
		{ '+', TOP_KEY_LONGER }, { '-', TOP_KEY_SHORTER },
		{ 'h', TOP_KEY_HELP }, { '?', TOP_KEY_HELP }, { 'q', TOP_KEY_QUIT },
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (keys[i].key == key)
			return keys[i].means;
	return TOP_KEY_NONE;
}

int top_screen_key(struct top_screen *s)
{
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
	int key = read_signal(s);

	if (key != -EAGAIN)
		return key;
	key = getch();
	if (key != ERR)
		return meaning(key);
	/* Readable, but with nothing to read: the terminal has gone. */
	return poll(&input, 1, 0) > 0 && input.revents & (POLLHUP | POLLERR) ? TOP_KEY_QUIT : -EAGAIN;
}

void top_screen_draw(struct top_screen *s, struct top_view *v, const struct top_moment *m)
{
	top_draw(&s->draw, v, m);
}

void top_screen_close(struct top_screen *s)
{
	if (!s)
		return;
	if (s->curses) {
		endwin();
		delscreen(s->curses);
	}
	if (s->either >= 0)
		close(s->either);
	if (s->signals >= 0)
		close(s->signals);
	free(s);
}
