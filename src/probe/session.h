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
 * DOC: a BPF object, from the question whether it can be loaded here to its end
 *
 * Each object has a skeleton of its own type, so that the caller opens and destroys that; all else is the same for all:
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
 * and, whatever came of it, session_end() before the skeleton is destroyed. On failure @why is the step that failed and
 * what to do, in one line.
 */

/* What takes its time, for a notice to who waits. */
#define SESSION_DOING "loading the BPF programs"

/**
 * struct session_conf - what is to be loaded
 * @hooks: what its programs are attached to; NULL: none are, as of an iterator
 * @count: how many
 * @vhost: it is about vhost, so that the module has to be there
 * @verbose: the command has the option -v, which shows what libbpf says
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
 * @excerpt: those that the object needs; likewise
 * @verbose: see struct session_conf
 * @opts: see session_open_opts()
 * @skel: the object; the caller's
 * @wanted: bits of what is to be seen
 * @unseen: of these, bits of what cannot be seen on this kernel
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
 * session_begin() - see whether programs can be loaded, and read the kernel's types
 * @s: the session, for session_end()
 * @conf: what is to be loaded; @conf->hooks is used until then
 * @why: on failure: the reason
 * @len: size of @why
 *
 * Until session_load() has returned no other object may be opened: libbpf is told by what to find this one's functions.
 *
 * Return: 0 or -errno; as probe_check().
 */
int session_begin(struct session *s, const struct session_conf *conf, char *why, size_t len);

/* What the skeleton is to be opened with. */
const struct bpf_object_open_opts *session_open_opts(struct session *s);

/**
 * session_opened() - choose the functions to attach to
 * @s: the session
 * @skel: the object; NULL: it could not be opened, and errno says why
 * @wanted: bits of what is to be seen, as the hooks have them
 * @why: on failure: the reason
 * @len: size of @why
 *
 * Programs of what is not wanted, or cannot be seen on this kernel, will not be loaded; see @s->unseen.
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
 * What cannot be attached adds to @s->unseen.
 *
 * Return: 0 or -errno: -ENOENT if nothing that is wanted can be seen for that.
 */
int session_attach(struct session *s, char *why, size_t len);

/* Detach and release everything but the skeleton; fine at any stage after session_begin(), whatever that returned. */
void session_end(struct session *s);

#endif
