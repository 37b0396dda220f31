/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SESSION_H
#define SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <bpf/libbpf.h>

#include "bpf-programs.h"
#include "btf-excerpt.h"
#include "btf-sources.h"

/**
 * DOC: the life of a BPF object
 *
 * Each object has a skeleton of its own type, so the caller opens and destroys it. Everything else is the same for all:
 *
 *	err = session_begin(&s, &conf, why, len);
 *	skel = err ? NULL : NAME_bpf__open_opts(session_open_opts(&s));
 *	if (!err)
 *		err = session_opened(&s, skel ? skel->skeleton : NULL, wanted, why, len);
 *	(constants of the programs are set here)
 *	if (!err)
 *		err = session_load(&s, why, len);
 *	if (!err)
 *		err = session_attach(&s, why, len);
 *
 * In any case call session_end() before the skeleton is destroyed. On failure @why is one line: the step that failed
 * and what to do.
 */

/* The text of a notice for the user, since loading may take seconds. */
#define SESSION_DOING "loading the BPF programs"

/**
 * struct session_conf - what is to be loaded
 * @hooks: what its programs are attached to, see struct hook; an iterator is one, too
 * @count: number of hooks
 * @vhost: the programs need the module vhost
 * @verbose: the command has option -v, which shows libbpf's messages
 */
struct session_conf {
	const struct hook *hooks;
	int count;
	bool vhost, verbose;
};

/**
 * struct session - a BPF object
 * @programs: its programs and where they are attached
 * @btf: the kernel's types; open until the object is loaded
 * @excerpt: the types that the object needs; likewise
 * @opts: see session_open_opts()
 * @skel: the object; owned by the caller
 * @verbose: see struct session_conf
 * @wanted: bits of the wanted events
 * @unseen: those of @wanted that cannot be seen on this kernel
 */
struct session {
	struct bpf_programs programs;
	struct btf_sources btf;
	struct btf_excerpt excerpt;
	struct bpf_object_open_opts opts;
	struct bpf_object_skeleton *skel;
	bool verbose;
	uint32_t wanted, unseen;
};

/**
 * session_begin() - check whether programs can be loaded, and read the kernel's types
 * @s: the session, for session_end()
 * @conf: what is to be loaded; @conf->hooks has to stay valid until session_end()
 * @why: on failure: the reason
 * @len: size of @why
 *
 * Do not open another object before session_load() has returned, see bpf_programs_prepare().
 *
 * Return: 0 or -errno; as probe_check().
 */
int session_begin(struct session *s, const struct session_conf *conf, char *why, size_t len);

/* The options to open the skeleton with. */
const struct bpf_object_open_opts *session_open_opts(struct session *s);

/**
 * session_opened() - choose the functions to attach to
 * @s: the session
 * @skel: the object; NULL: it could not be opened, and errno says why
 * @wanted: bits of the wanted events, as in struct hook
 * @why: on failure: the reason
 * @len: size of @why
 *
 * Programs for events that are not wanted, or cannot be seen on this kernel, will not be loaded; see @s->unseen.
 *
 * Return: 0 or -errno: -ENOENT if nothing that is wanted can be seen.
 */
int session_opened(struct session *s, struct bpf_object_skeleton *skel, uint32_t wanted, char *why, size_t len);

/**
 * session_load() - load the object
 *
 * Return: 0 or -errno.
 */
int session_load(struct session *s, char *why, size_t len);

/**
 * session_attach() - attach the programs, hook by hook
 *
 * Events whose programs cannot be attached are added to @s->unseen.
 *
 * Return: 0 or -errno: -ENOENT if no wanted event can be seen then.
 */
int session_attach(struct session *s, char *why, size_t len);

/* Detach and release everything but the skeleton; allowed at any stage after session_begin(), even if that failed. */
void session_end(struct session *s);

#endif
