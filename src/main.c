// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "config.h"
#include "fail.h"
#include "out.h"

static const struct command *const commands[] = {
	&cmd_features, &cmd_bench, &cmd_trace, &cmd_explain,
};

#define NCOMMANDS (sizeof(commands) / sizeof(commands[0]))

static const struct opt common_opts[] = {
	{ "json", 'j', OPT_FLAG, offsetof(struct cli, json), .help = "one JSON object a line instead of text" },
	{ "pretty", 'p', OPT_FLAG, offsetof(struct cli, pretty), .help = "JSON with line breaks and indentation" },
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

static void print_help(const struct command *cmd)
{
	if (cmd) {
		printf("Usage: vhostctl %s [OPTIONS]\n\n%s\n\nOptions:\n", cmd->name, cmd->summary);
		opts_help(stdout, cmd->opts, NULL);
		opts_help(stdout, common_opts, cmd->opts);
		printf("\nSee vhostctl-%s(8).\n", cmd->name);
		return;
	}
	printf("Usage: vhostctl [OPTIONS] COMMAND [OPTIONS]\n\n"
	       "Sets up, drives and traces the kernel's vhost-net devices, and says of every\n"
	       "notification whether it was sent or suppressed, and why.\n\nCommands:\n");
	for (size_t i = 0; i < NCOMMANDS; i++)
		printf("  %-10s %s\n", commands[i]->name, commands[i]->summary);
	printf("\nOptions:\n");
	opts_help(stdout, common_opts, NULL);
	printf("\nSee vhostctl(8).\n");
}

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < NCOMMANDS; i++)
		if (!strcmp(commands[i]->name, name))
			return commands[i];
	return NULL;
}

/* Everything is written by now; a full disk or a closed pipe that nobody has noticed yet shows here. */
static int close_stdout(int status)
{
	if (fclose(stdout) && errno != EPIPE && status == STATUS_OK) {
		fail("", "cannot write to standard output: %s", strerror(errno));
		return STATUS_REFUSED;
	}
	return status;
}

static int run_command(const struct command *cmd, struct cli *cli, int argc, char **argv)
{
	char err[256];
	_Alignas(max_align_t) char opts[cmd->opts_size];
	struct opt_set sets[OPT_SETS_MAX] = { { cmd->opts, opts }, { common_opts, cli } };
	int n;

	memcpy(opts, cmd->defaults, cmd->opts_size);
	n = opts_parse(argc, argv, sets, err, sizeof(err));
	if (n < 0) {
		fail(cmd->name, "%s", err);
		return STATUS_USAGE;
	}
	if (cli->version) {
		print_version();
		return STATUS_OK;
	}
	if (cli->help) {
		print_help(cmd);
		return STATUS_OK;
	}
	if (n < argc) {
		fail(cmd->name, "'%s' is not expected here; see --help", argv[n]);
		return STATUS_USAGE;
	}
	return cmd->run(cli, opts);
}

/* A descriptor below 3 that the caller has closed would be given to the next file opened, and written to as output. */
static bool have_stdio(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
	return fd >= 0;
}

int main(int argc, char **argv)
{
	struct cli cli = { .color = COLOR_AUTO };
	struct opt_set sets[OPT_SETS_MAX] = { { common_opts, &cli } };
	const struct command *cmd;
	char err[256];
	int n;

	if (!have_stdio())
		return STATUS_REFUSED;
	n = opts_parse(argc, argv, sets, err, sizeof(err));
	if (n < 0) {
		fail("", "%s", err);
		return STATUS_USAGE;
	}
	if (cli.version) {
		print_version();
		return close_stdout(STATUS_OK);
	}
	if (cli.help) {
		print_help(n < argc ? find_command(argv[n]) : NULL);
		return close_stdout(STATUS_OK);
	}
	if (n == argc) {
		fail("", "a command is missing; see vhostctl --help");
		return STATUS_USAGE;
	}
	cmd = find_command(argv[n]);
	if (!cmd) {
		fail("", "'%s' is not a command; see vhostctl --help", argv[n]);
		return STATUS_USAGE;
	}
	return close_stdout(run_command(cmd, &cli, argc - n, argv + n));
}
