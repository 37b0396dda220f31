/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef OUT_H
#define OUT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <json-c/json_object.h>

/* What programs can rely on: raised when a key goes or changes its meaning; new keys and types leave it as it is. */
#define JSON_SCHEMA 1

/* When text is coloured; the index is what --color stores. */
enum color_when { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

extern const char *const color_when_names[];

/**
 * struct out - where output goes and how it looks
 * @file: the stream
 * @json: JSON instead of text
 * @json_flags: json-c's flags for it
 * @color: SGR sequences are wanted
 * @width: columns of the terminal, or what COLUMNS says; 0: it is none
 * @whole: names are never cut
 * @lacked_memory: an object was not printed for want of memory; out_flush() reports it
 */
struct out {
	FILE *file;
	bool json;
	int json_flags;
	bool color;
	int width;
	bool whole;
	bool lacked_memory;
};

/* The width of a terminal, and of text that does not go to one. */
#define OUT_WIDTH 80

/**
 * enum out_type - the type of the field behind a column
 * @OUT_U64: uint64_t
 * @OUT_U32: uint32_t
 * @OUT_U16: uint16_t
 * @OUT_HEX: uint64_t, in text hexadecimal
 * @OUT_ID: uint32_t, 0 for none, such as the number of a process
 * @OUT_INDEX: int32_t, negative for none, such as an unknown index
 * @OUT_I64: int64_t, negative for none
 * @OUT_BOOL: bool; in text the column's head or nothing
 * @OUT_STRING: const char *, NULL for none
 * @OUT_NSEC: uint64_t nanoseconds, printed as seconds
 * @OUT_TIME: the same, 0 for none
 * @OUT_DOUBLE: double, printed with three decimals; negative for none
 * @OUT_SHORT: double, in text with three digits or all before the point; negative for none
 */
enum out_type {
	OUT_U64, OUT_U32, OUT_U16, OUT_HEX, OUT_ID, OUT_INDEX, OUT_I64, OUT_BOOL, OUT_STRING, OUT_NSEC, OUT_TIME,
	OUT_DOUBLE, OUT_SHORT,
};

/**
 * struct out_col - one column of a table, both as a text column and as a JSON member
 * @key: name of the JSON member; NULL: text only
 * @head: head of the text column; NULL: JSON only
 * @type: see enum out_type
 * @offset: of the value, in the row's struct
 * @width: of the text column, negative for left-aligned; 0: no padding, for the last column
 * @style: returns the SGR parameters of a row's cell, or NULL for plain; may be NULL
 * @grow: how many columns wider it may get where there is room; those on the left first
 * @grow_first: it gets wider before all others
 * @extra: 0: it is always shown; else only where there is room, those with smaller numbers first; from OUT_EXTRA_LATE
 *         on, only where there is also room for all of @grow
 * @group: a head above the heads of all columns of the same group
 * @by: sort by this one's values instead; NULL: by its own
 * @ascending: the smallest number first; else the largest one
 * @measured: @grow is what the longest text needs, see columns_measured()
 */
struct out_col {
	const char *key;
	const char *head;
	enum out_type type;
	size_t offset;
	int width;
	const char *(*style)(const void *row);
	int grow, extra;
	const char *group;
	const struct out_col *by;
	bool ascending, measured, grow_first;
};

/* See @extra of struct out_col. */
#define OUT_EXTRA_LATE 10

/**
 * out_col_ends() - does a column end its table?
 * @c: the column
 *
 * Return: Whether it has neither key nor head.
 */
static inline bool out_col_ends(const struct out_col *c)
{
	return !c->key && !c->head;
}

/**
 * out_init() - set up an output
 * @o: filled in
 * @file: the stream; it stays the caller's
 * @json: JSON instead of text
 * @pretty: JSON with line breaks and indentation
 * @color: an enum color_when; with COLOR_AUTO the terminal, TERM and NO_COLOR decide
 */
void out_init(struct out *o, FILE *file, bool json, bool pretty, int color);

/* The columns that a line of a table may take. */
static inline int out_width(const struct out *o)
{
	return o->whole ? INT16_MAX : o->width ? o->width : OUT_WIDTH;
}

/**
 * out_header() - print the heads of a table; nothing in JSON
 */
void out_header(struct out *o, const struct out_col *cols);

/**
 * out_text() - print untrusted text, such as a process's name, so that it cannot control the terminal
 * @o: the output
 * @text: the text; a byte that is not printable ASCII becomes '?', so that every byte takes one column
 * @len: bytes to print
 *
 * Table cells and out_wrapped() are printed like this.
 */
void out_text(struct out *o, const char *text, size_t len);

/**
 * out_printf() - print formatted text, which may have untrusted words, in the way of out_text()
 * @o: the output
 * @fmt: as for printf(); for part of a line
 *
 * Without memory nothing is printed, which out_flush() reports.
 */
void out_printf(struct out *o, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Room for the text of a cell that is not a string. */
#define OUT_CELL_MAX 64

/**
 * out_cell() - the text of a cell, without padding
 * @c: the column
 * @row: the struct that its offset is in
 * @buf: where to write a value that is not text
 *
 * Return: a text, in @buf or elsewhere, that lives as long as @row and @buf.
 */
const char *out_cell(const struct out_col *c, const void *row, char buf[OUT_CELL_MAX]);

/**
 * out_row() - print one row as a line of text
 * @o: the output
 * @cols: the columns, ended by one with neither key nor head
 * @row: the struct that the columns' offsets are in
 *
 * On a terminal, a name (left-aligned text) that is longer than its column is cut and ends in '+', unless @whole of
 * the output says otherwise. Elsewhere it stays whole, and moves the rest of its line. Numbers are never cut.
 */
void out_row(struct out *o, const struct out_col *cols, const void *row);

/**
 * out_sheet() - print rows side by side, with a line for each column: for few rows with many columns
 * @o: the output
 * @cols: the columns; their heads become the labels on the left
 * @rows: the structs that the columns' offsets are in; a NULL is left out
 * @count: number of rows
 * @label: width of the labels
 * @width: width of the values of a row
 */
void out_sheet(struct out *o, const struct out_col *cols, const void *const *rows, int count, int label, int width);

/**
 * out_wrapped() - print words, broken at blanks so that no line is wider than a terminal, and end the line
 * @column: where every line begins; the first line is at this column already
 *
 * A command in backquotes is not broken, so that it can be copied.
 */
void out_wrapped(struct out *o, int column, const char *text);

/**
 * out_vwrapped() - out_wrapped() with a format
 * @fmt: as for printf()
 * @ap: its arguments
 *
 * Without memory it only ends the line.
 */
void out_vwrapped(struct out *o, int column, const char *fmt, va_list ap) __attribute__((format(printf, 3, 0)));

/**
 * out_object() - one row as a JSON object
 * @type: its "type" member; NULL for an object inside another
 * @cols: the columns
 * @row: the struct that the columns' offsets are in
 *
 * Return: the object, owned by the caller, or NULL without memory.
 */
struct json_object *out_object(const char *type, const struct out_col *cols, const void *row);

/**
 * out_add() - add the columns of a row to an object
 * @obj: the object
 * @cols: the columns; those without a key are left out
 * @row: the struct that the columns' offsets are in
 */
void out_add(struct json_object *obj, const struct out_col *cols, const void *row);

/**
 * out_json() - print an object as one line and release it
 * @o: the output
 * @obj: the object; NULL: there was no memory for it, which out_flush() reports. Its strings may be any bytes: they
 *       are printed by harmless_json()
 */
void out_json(struct out *o, struct json_object *obj);

/**
 * out_separated_header() - print the keys of a table as a line, for programs
 * @separator: between them
 */
void out_separated_header(struct out *o, const struct out_col *cols, const char *separator);

/**
 * out_separated() - print one row as a line of bare values, for programs
 * @separator: between them; inside a value, any of its characters becomes '?'
 *
 * Prints all columns that have a key. Numbers are as in JSON, a missing value is empty, a boolean is 1 or 0.
 */
void out_separated(struct out *o, const struct out_col *cols, const void *row, const char *separator);

/**
 * out_flush() - flush the stream, and report whether anything printed so far was lost
 *
 * Return: 0; -errno of the stream, which is -EPIPE when the reader is gone; -ENOMEM if an object is missing in the
 * output for want of memory.
 */
int out_flush(struct out *o);

/**
 * out_sgr() - the escape sequence for @params ("1", "31", "" to end), or "" without colour
 */
const char *out_sgr(const struct out *o, const char *params, char buf[16]);

#endif
