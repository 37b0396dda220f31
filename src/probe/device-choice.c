// SPDX-License-Identifier: GPL-2.0-or-later
#include "device-choice.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "netns-names.h"

#define TOKENS_MAX (DEVICE_NAME_LEN - 1)

/**
 * struct compiler - a pattern that is being compiled
 * @p: the result
 * @next: the rest of the word
 * @tokens: number of tokens so far; may exceed TOKENS_MAX, which is an error in the end
 * @wrong: what is wrong; NULL: nothing
 */
struct compiler {
	struct device_pattern *p;
	const char *next;
	unsigned int tokens;
	const char *wrong;
};

static void accept(struct compiler *c, unsigned char byte)
{
	if (c->tokens < TOKENS_MAX)
		c->p->at[byte] |= (__u16)(1U << c->tokens);
}

/* The byte at @s, which a backslash may precede. Return: the text behind it, or NULL if there is no byte. */
static const char *read_byte(const char *s, unsigned char *byte)
{
	if (*s == '\\')
		s++;
	*byte = (unsigned char)*s;
	return *s ? s + 1 : NULL;
}

/* The end of the brackets that begin at @s, or NULL if they are not closed. A "]" that comes first is a member. */
static const char *closing_bracket(const char *s)
{
	s += s[1] == '!' || s[1] == '^' ? 2 : 1;
	if (*s == ']')
		s++;
	for (; *s && *s != '/'; s++) {
		if (*s == ']')
			return s;
		if (*s == '\\' && s[1])
			s++;
	}
	return NULL;
}

/* [abc], [a-c], [!abc]; like fnmatch(3), a "-" that comes first or last is a member. */
static void compile_brackets(struct compiler *c, const char *end)
{
	const char *s = c->next + 1;
	bool inverted = *s == '!' || *s == '^', members[256] = { false };

	s += inverted;
	while (s < end) {
		unsigned char first, last;

		if (*s == '[' && (s[1] == ':' || s[1] == '.' || s[1] == '='))
			c->wrong = "has a class of characters in brackets; write a range, such as [0-9]";
		s = read_byte(s, &first);
		last = first;
		if (*s == '-' && s + 1 < end)
			s = read_byte(s + 1, &last);
		for (unsigned int i = first; i <= last; i++)
			members[i] = true;
	}
	for (unsigned int i = 1; i < 256; i++)
		if (members[i] != inverted)
			accept(c, (unsigned char)i);
	c->tokens++;
	c->next = end + 1;
}

static void compile_byte(struct compiler *c)
{
	unsigned char byte;

	c->next = read_byte(c->next, &byte);
	if (c->next) {
		accept(c, byte);
		c->tokens++;
	} else {
		c->wrong = "ends in a backslash, which takes the next character literally";
	}
}

static void compile_token(struct compiler *c)
{
	const char *end = *c->next == '[' ? closing_bracket(c->next) : NULL;

	if (end) {
		compile_brackets(c, end);
	} else if (*c->next == '*') {
		c->p->star |= (__u16)(1U << (c->tokens < TOKENS_MAX ? c->tokens : TOKENS_MAX));
		c->next++;
	} else if (*c->next == '?') {
		for (unsigned int i = 1; i < 256; i++)
			accept(c, (unsigned char)i);
		c->tokens++;
		c->next++;
	} else {
		compile_byte(c);
	}
}

/* Compile up to the end of the word, or to a comma or slash that is neither escaped nor a member of a set. */
static void compile(struct compiler *c, struct device_pattern *p)
{
	*p = (struct device_pattern){ 0 };
	c->p = p;
	c->tokens = 0;
	while (!c->wrong && *c->next && *c->next != ',' && *c->next != '/')
		compile_token(c);
	if (c->wrong)
		return;
	if (!c->tokens && !p->star)
		c->wrong = "has an empty name";
	else if (c->tokens > TOKENS_MAX)
		c->wrong = "is longer than the name of a network interface, which has 15 characters at most";
	else
		p->end = (__u16)(1U << c->tokens);
}

/* Read NETNS/, if there is one. A backslash takes the next character literally here, too. */
static void read_netns(struct compiler *c, __u32 *netns)
{
	const char *slash = c->next;
	char name[NETNS_NAME_LEN];
	unsigned char byte;
	size_t len = 0;

	*netns = 0;
	/* A comma belongs to the namespace's name only if that is escaped: elsewhere it ends a pattern without one. */
	while (slash && *slash && *slash != '/' && *slash != ',') {
		slash = read_byte(slash, &byte);
		if (len < sizeof(name) - 1)
			name[len++] = (char)byte;
	}
	if (!slash || *slash != '/')
		return;
	name[len] = 0;
	c->next = slash + 1;
	if (netns_by_name("/proc", NETNS_NAMES_DIR, name, netns))
		c->wrong = "names no network namespace: neither one of /run/netns nor a number as of lsns -t net";
}

const char *device_choice_add(struct device_choice *c, const char *word)
{
	struct compiler compiler = { .next = word };

	do {
		struct device_pattern *p = &c->patterns[c->count];
		__u32 netns;

		if (c->count == DEVICE_PATTERNS)
			return "has one pattern too many: 16 are the most";
		if (compiler.next != word)
			compiler.next++;
		read_netns(&compiler, &netns);
		if (!compiler.wrong)
			compile(&compiler, p);
		if (compiler.wrong)
			return compiler.wrong;
		if (*compiler.next == '/')
			return "has one slash too many: it takes [NETNS/]NAME";
		p->netns = netns;
		c->count++;
	} while (*compiler.next);
	return NULL;
}

bool device_choice_matches(const struct device_choice *c, uint32_t netns, const char *name)
{
	char filled[DEVICE_NAME_LEN];

	if (!c->count || !name)
		return !c->count;
	/* A longer name cannot be one of an interface. */
	if ((size_t)snprintf(filled, sizeof(filled), "%s", name) >= sizeof(filled))
		return false;
	for (__u32 i = 0; i < c->count; i++)
		if (device_pattern_matches(&c->patterns[i], netns, filled))
			return true;
	return false;
}
