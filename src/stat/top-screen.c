// SPDX-License-Identifier: GPL-2.0-or-later
#include "top-screen.h"

#include <assert.h>
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <curses.h>

#include "base/array.h"
#include "top-draw.h"

/* Escape is a key of its own, unless more characters follow within this time: then they are one special key. */
#define ESCAPE 27
#define ESCAPE_DELAY_MS 25

/**
 * struct top_screen - the terminal
 * @curses: its state in curses
 * @input: the source of keys
 * @signals: the signals of a terminal
 * @quit: one of them ended the screen
 * @keys: called when there may be keys, or everything has to be drawn again
 * @arg: for @keys
 * @draw: style of drawing
 */
struct top_screen {
	SCREEN *curses;
	struct loop_fd input;
	struct loop_signal signals[4];
	bool quit;
	loop_fn *keys;
	void *arg;
	struct top_draw draw;
};

static int on_resize(void *arg)
{
	struct top_screen *s = arg;
	struct winsize size;

	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_row && size.ws_col)
		resizeterm(size.ws_row, size.ws_col);
	return s->keys(s->arg);
}

/* While this process was stopped, others may have written to the terminal, or its size may have changed. */
static int on_continue(void *arg)
{
	clearok(curscr, TRUE);
	return on_resize(arg);
}

static int on_quit(void *arg)
{
	struct top_screen *s = arg;

	s->quit = true;
	return s->keys(s->arg);
}

/* Handle signals in the event loop, where they do not interrupt anything. */
static int watch(struct top_screen *s, struct loop *loop)
{
	static const struct {
		int number;
		loop_fn *fn;
	} wanted[] = {
		{ SIGWINCH, on_resize }, { SIGCONT, on_continue }, { SIGHUP, on_quit }, { SIGQUIT, on_quit },
	};
	int err = 0;

	static_assert(ARRAY_SIZE(wanted) == ARRAY_SIZE(s->signals), "a place for each signal");
	for (size_t i = 0; !err && i < ARRAY_SIZE(wanted); i++) {
		s->signals[i] = (struct loop_signal){ .number = wanted[i].number, .fn = wanted[i].fn, .arg = s };
		err = loop_add_signal(loop, &s->signals[i]);
	}
	s->input = (struct loop_fd){ .fd = STDIN_FILENO, .events = EPOLLIN, .fn = s->keys, .arg = s->arg };
	return err ? err : loop_add_fd(loop, &s->input);
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

int top_screen_open(struct top_screen **screen, struct loop *loop, loop_fn *keys, void *arg, bool color)
{
	struct top_screen *s = calloc(1, sizeof(*s));
	int err;

	*screen = NULL;
	if (!s)
		return -ENOMEM;
	s->keys = keys;
	s->arg = arg;
	err = watch(s, loop);
	if (!err)
		err = open_curses(s, color);
	if (err)
		top_screen_close(s);
	else
		*screen = s;
	return err;
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
		{ ESCAPE, TOP_KEY_BACK }, { KEY_BACKSPACE, TOP_KEY_BACK },
		{ '\b', TOP_KEY_BACK }, { 127, TOP_KEY_BACK },
		{ '<', TOP_KEY_SORT_LEFT }, { '>', TOP_KEY_SORT_RIGHT }, { 's', TOP_KEY_SORT_NEXT },
		{ 'r', TOP_KEY_REVERSE }, { ' ', TOP_KEY_PAUSE }, { 'p', TOP_KEY_PAUSE },
		{ '+', TOP_KEY_LONGER }, { '-', TOP_KEY_SHORTER },
		{ 'h', TOP_KEY_HELP }, { '?', TOP_KEY_HELP }, { 'q', TOP_KEY_QUIT },
	};

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (keys[i].key == key)
			return keys[i].means;
	return TOP_KEY_NONE;
}

int top_screen_key(struct top_screen *s)
{
	int key;

	if (s->quit)
		return TOP_KEY_QUIT;
	key = getch();
	if (key != ERR)
		return meaning(key);
	/* There is no key: is the terminal gone? */
	return s->input.ready & (EPOLLHUP | EPOLLERR) ? TOP_KEY_QUIT : -EAGAIN;
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
	free(s);
}
