// SPDX-License-Identifier: GPL-2.0-or-later
#include "options-file.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "options-set.h"

/* More than any sensible file has: a longer one is a mistake and must not fill the memory. */
#define FILE_SIZE_MAX (1024 * 1024)
#define LINE_SIZE_MAX 4096

/* Returns the contents, NUL-terminated, or NULL with errno. */
static char *read_stream(FILE *f, size_t *size)
{
	char *text = malloc(FILE_SIZE_MAX + 1);

	if (!text)
		return NULL;
	*size = fread(text, 1, FILE_SIZE_MAX + 1, f);
	if (!ferror(f) && *size <= FILE_SIZE_MAX) {
		text[*size] = 0;
		return text;
	}
	if (!ferror(f))
		errno = EFBIG;
	free(text);
	return NULL;
}

static char *read_path(const char *path, size_t *size)
{
	FILE *f = strcmp(path, "-") ? fopen(path, "re") : stdin;
	char *text;
	int err;

	if (!f)
		return NULL;
	text = read_stream(f, size);
	err = errno;
	if (f != stdin)
		fclose(f);
	errno = err;
	return text;
}

/* Cut blanks off both ends, in place. */
static char *trim(char *s)
{
	char *end;

	while (isspace((unsigned char)*s))
		s++;
	end = s + strlen(s);
	while (end > s && isspace((unsigned char)end[-1]))
		end--;
	*end = 0;
	return s;
}

static int set_key(const struct opt_set *sets, struct opt_places *places, unsigned int line, const char *name,
		   const char *arg, char *err, size_t errlen)
{
	for (; sets->table; sets++) {
		for (const struct opt *o = sets->table; o->name; o++) {
			if (strcmp(o->name, name))
				continue;
			if (!arg && o->kind != OPT_FLAG) {
				snprintf(err, errlen, "%s:%u: %s needs a value: %s = %s", places->file, line, name,
					 name, o->arg);
				return -EINVAL;
			}
			return opts_set(o, sets->base, places, line, arg, err, errlen);
		}
	}
	snprintf(err, errlen, "%s:%u: '%s' is not a key here; see vhostctl.conf(5)", places->file, line, name);
	return -EINVAL;
}

/* One line: nothing, a comment, "key" or "key = value". */
static int read_line(const struct opt_set *sets, struct opt_places *places, unsigned int line, char *text, char *err,
		     size_t errlen)
{
	char *key = trim(text), *value;

	if (!*key || *key == '#')
		return 0;
	value = strchr(key, '=');
	if (value) {
		*value++ = 0;
		key = trim(key);
		value = trim(value);
	}
	return set_key(sets, places, line, key, value, err, errlen);
}

static int read_lines(const struct opt_set *sets, struct opt_places *places, char *end, char *err, size_t errlen)
{
	char *next = places->text;

	for (unsigned int line = 1; next < end; line++) {
		char *text = next, *stop = memchr(text, '\n', (size_t)(end - text));
		int r;

		if (!stop)
			stop = end;
		*stop = 0;
		next = stop + 1;
		if (stop - text > LINE_SIZE_MAX) {
			snprintf(err, errlen, "%s:%u: the line is longer than %d bytes", places->file, line,
				 LINE_SIZE_MAX);
			return -EINVAL;
		}
		if (strlen(text) < (size_t)(stop - text)) {
			snprintf(err, errlen, "%s:%u: there is a NUL byte in the line; this is no text",
				 places->file, line);
			return -EINVAL;
		}
		r = read_line(sets, places, line, text, err, errlen);
		if (r)
			return r;
	}
	return 0;
}

/* Too large is the fault of who gave the file; all other errors are the kernel's. */
static int cannot_read(const char *path, int error, char *err, size_t errlen)
{
	snprintf(err, errlen, "--file: cannot read '%s': %s", path,
		 error == EFBIG ? "it is larger than 1 MiB" : strerror(error));
	return error == EFBIG ? -EINVAL : -EIO;
}

int opts_read_file(const struct opt_set *sets, struct opt_places *places, const char *path, char *err, size_t errlen)
{
	size_t size;

	if (places->file) {
		snprintf(err, errlen, "--file: '%s' is a second file; there can be one only", path);
		return -EINVAL;
	}
	places->text = read_path(path, &size);
	if (!places->text)
		return cannot_read(path, errno, err, errlen);
	places->file = strcmp(path, "-") ? path : "standard input";
	return read_lines(sets, places, places->text + size, err, errlen);
}
