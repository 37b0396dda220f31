// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/command.h"
#include "base/fail.h"
#include "base/out.h"
#include "config.h"

#define GROUP_COMMANDS 8

/* All commands, by purpose. */
static const struct command_group {
	const char *title;
	const struct command *commands[GROUP_COMMANDS + 1];	/* ended by NULL */
} command_groups[] = {
	{ "Set up devices", { &cmd_features, &cmd_setup, &cmd_exec, &cmd_cleanup } },
	{ "Look at devices", { &cmd_list, &cmd_show, &cmd_check, &cmd_advise } },
	{ "Trace notifications", { &cmd_trace, &cmd_stat, &cmd_hist, &cmd_top } },
	{ "Notify by hand", { &cmd_kick, &cmd_call } },
	{ "Drive and learn", { &cmd_bench, &cmd_explain } },
};

static const struct opt common_opts[] = {
	{ "json", 'j', OPT_FLAG, offsetof(struct cli, json), .help = "one JSON object a line instead of text" },
	{ "pretty", 0, OPT_FLAG, offsetof(struct cli, pretty), .help = "JSON with line breaks and indentation" },
	{ "color", 0, OPT_CHOICE, offsetof(struct cli, color), "WHEN", "auto, always or never (default auto)",
	  .choices = color_when_names },
	{ "version", 'V', OPT_FLAG, offsetof(struct cli, version), .help = "print the version and end" },
	{ "help", 'h', OPT_FLAG, offsetof(struct cli, help), .help = "print this help and end" },
	{ 0 },
};

static void print_version(void)
{
	puts("vhostctl " PACKAGE_VERSION);
}

static void print_command_help(const struct command *cmd)
{
	const struct opt_group *last = cmd->opts;

	printf("Usage: vhostctl %s [OPTIONS]%s%s\n\n%s\n", cmd->name, cmd->operands ? " " : "",
	       cmd->operands ? cmd->operands : "", cmd->summary);
	if (cmd->operands_help)
		printf("\n%s\n", cmd->operands_help);
	for (const struct opt_group *g = cmd->opts; g->table; g++) {
		printf("\n%s:\n", g->title);
		opts_help(stdout, g->table, NULL);
		last = g;
	}
	/* With only one group the common options need no title. */
	if (last != cmd->opts)
		printf("\nCommon options:\n");
	opts_help(stdout, common_opts, cmd->opts);
	printf("\nSee vhostctl-%s(8).\n", cmd->name);
}

static void print_help(void)
{
	printf("Usage: vhostctl [OPTIONS] COMMAND [OPTIONS]\n"
	       "       vhostctl help [COMMAND]\n\n"
	       "Sets up, inspects, drives and traces the kernel's vhost-net devices, and says\n"
	       "of every notification whether it was sent or suppressed, and why.\n");
	for (size_t i = 0; i < ARRAY_SIZE(command_groups); i++) {
		printf("\n%s:\n", command_groups[i].title);
		for (const struct command *const *cmd = command_groups[i].commands; *cmd; cmd++)
			printf("  %-10s %s\n", (*cmd)->name, (*cmd)->summary);
	}
	printf("\nOptions:\n");
	opts_help(stdout, common_opts, NULL);
	printf("\nSee vhostctl(8).\n");
}

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(command_groups); i++)
		for (const struct command *const *cmd = command_groups[i].commands; *cmd; cmd++)
			if (!strcmp((*cmd)->name, name))
				return *cmd;
	return NULL;
}

static int no_such_command(const char *name)
{
	fail("", "'%s' is not a command; see vhostctl --help", name);
	return STATUS_USAGE;
}

/* Print the help of command @name; that of the whole program for NULL and for "help". */
static int show_help(const char *name)
{
	const struct command *cmd;

	if (!name || !strcmp(name, "help")) {
		print_help();
		return STATUS_OK;
	}
	cmd = find_command(name);
	if (!cmd)
		return no_such_command(name);
	print_command_help(cmd);
	return STATUS_OK;
}

/* Closing reports write errors that were not seen before, such as a full disk. A closed pipe is no error. */
static int close_stdout(int status)
{
	if (fclose(stdout) && errno != EPIPE && status == STATUS_OK) {
		fail("", "cannot write to standard output: %s", strerror(errno));
		return STATUS_REFUSED;
	}
	return status;
}

#define GROUPS_MAX 8

/* Fill in the command's groups of options and the common options, and the structs that they store into. */
static void set_up_sets(struct opt_set sets[GROUPS_MAX + 2], const struct command *cmd, void *opts, struct cli *cli)
{
	int n = 0;

	for (const struct opt_group *g = cmd->opts; g->table; g++) {
		if (n == GROUPS_MAX)
			abort();	/* a command has more than the program was built for */
		sets[n++] = (struct opt_set){ g->table, (char *)opts + g->offset };
	}
	sets[n++] = (struct opt_set){ common_opts, cli };
	sets[n] = (struct opt_set){ 0 };
}

/* A word too many may be the name of a device, which some commands take as an operand, and others by an option. */
static void fail_word(const struct command *cmd, const char *word)
{
	for (const struct opt_group *g = cmd->opts; g->table; g++)
		for (const struct opt *o = g->table; o->name; o++)
			if (!strcmp(o->name, "dev")) {
				fail(cmd->name, "'%s' is not expected here; devices are chosen by --dev, see --help",
				     word);
				return;
			}
	fail(cmd->name, "'%s' is not expected here; see --help", word);
}

static int parse_and_run(const struct command *cmd, struct cli *cli, struct opt_places *places, int argc, char **argv)
{
	char err[512];
	_Alignas(max_align_t) char opts[cmd->opts_size];
	struct opt_set sets[GROUPS_MAX + 2];
	int n;

	memcpy(opts, cmd->defaults, cmd->opts_size);
	set_up_sets(sets, cmd, opts, cli);
	n = opts_parse(argc, argv, cmd->runs ? OPTS_FIRST : OPTS_ANYWHERE, sets, places, err, sizeof(err));
	if (n < 0) {
		fail(cmd->name, "%s", err);
		return n == -EINVAL ? STATUS_USAGE : STATUS_REFUSED;
	}
	if (cli->version) {
		print_version();
		return STATUS_OK;
	}
	if (cli->help) {
		print_command_help(cmd);
		return STATUS_OK;
	}
	cli->json |= cli->pretty;
	if (n < argc && !cmd->operands) {
		fail_word(cmd, argv[n]);
		return STATUS_USAGE;
	}
	cli->operands = argv + n;
	cli->places = places;
	return cmd->run(cli, opts);
}

static int run_command(const struct command *cmd, struct cli *cli, int argc, char **argv)
{
	struct opt_places places = { 0 };
	int status = parse_and_run(cmd, cli, &places, argc, argv);

	opts_places_fini(&places);
	return status;
}

/*
 * If the caller closed a descriptor below 3, the next file opened would get its number, and our output. /dev/null is
 * opened only in place of such a one, since a cgroup may deny it.
 */
static bool have_stdio(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		/* The lowest number that is free is this one. */
		if (fcntl(fd, F_GETFD) >= 0 || open("/dev/null", O_RDWR | O_CLOEXEC) == fd)
			continue;
		fail("", "cannot open /dev/null in place of a closed descriptor: %s", strerror(errno));
		return false;
	}
	return true;
}

/* Read the options before the command. Return: the index of the command's word, or -1. */
static int parse_common(struct cli *cli, int argc, char **argv)
{
	const struct opt_set sets[] = { { common_opts, cli }, { 0 } };
	struct opt_places places = { 0 };
	char err[512];
	int n = opts_parse(argc, argv, OPTS_FIRST, sets, &places, err, sizeof(err));

	opts_places_fini(&places);
	if (n >= 0)
		return n;
	fail("", "%s", err);
	return -1;
}

/* Treat "vhostctl help [COMMAND]" as "vhostctl --help [COMMAND]". Return: the index of COMMAND, or -1. */
static int parse_help(struct cli *cli, int argc, char **argv)
{
	int n = parse_common(cli, argc, argv);

	if (n >= 0 && n + 1 < argc) {
		fail("", "'%s' is not expected here; see vhostctl --help", argv[n + 1]);
		return -1;
	}
	cli->help = true;
	return n;
}

int main(int argc, char **argv)
{
	struct cli cli = { .color = COLOR_AUTO };
	const struct command *cmd;
	int n;

	if (!have_stdio())
		return STATUS_REFUSED;
	n = parse_common(&cli, argc, argv);
	if (n >= 0 && n < argc && !strcmp(argv[n], "help")) {
		argc -= n;
		argv += n;
		n = parse_help(&cli, argc, argv);
	}
	if (n < 0)
		return STATUS_USAGE;
	if (cli.version) {
		print_version();
		return close_stdout(STATUS_OK);
	}
	if (cli.help)
		return close_stdout(show_help(argv[n]));
	if (n == argc) {
		fail("", "a command is missing; see vhostctl --help");
		return STATUS_USAGE;
	}
	cmd = find_command(argv[n]);
	if (!cmd)
		return no_such_command(argv[n]);
	return close_stdout(run_command(cmd, &cli, argc - n, argv + n));
}
