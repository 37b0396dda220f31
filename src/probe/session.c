// SPDX-License-Identifier: GPL-2.0-or-later
#include "session.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "base/error-text.h"
#include "probe-check.h"

static int failed(const struct session *s, int err, const char *doing, char *why, size_t len)
{
	snprintf(why, len, "%s: %s%s", doing, error_text(err), s->verbose ? "; see what -v shows" : "");
	return err;
}

int session_begin(struct session *s, const struct session_conf *conf, char *why, size_t len)
{
	int err;

	*s = (struct session){ .excerpt = { .fd = -1 }, .opts = { .sz = sizeof(s->opts) },
				.verbose = conf->verbose };
	if (!conf->verbose)
		bpf_programs_verbose(false);
	btf_sources_init(&s->btf);
	bpf_programs_init(&s->programs, conf->hooks, conf->count);
	err = probe_check(conf->vhost, why, len);
	if (err)
		return err;
	err = btf_sources_open(&s->btf);
	if (err)
		return failed(s, err, "reading the kernel's BTF", why, len);
	err = btf_excerpt_open(&s->excerpt);
	if (!err)
		err = bpf_programs_prepare(&s->programs);
	return err ? failed(s, err, "preparing libbpf", why, len) : 0;
}

const struct bpf_object_open_opts *session_open_opts(struct session *s)
{
	/* Without /proc, libbpf has to read all of the kernel's types. */
	if (!access(s->excerpt.path, R_OK))
		s->opts.btf_custom_path = s->excerpt.path;
	return &s->opts;
}

/* No wanted event can be seen: name the function that is missing. */
static int none_seen(const struct session *s, char *why, size_t len)
{
	const struct bpf_programs *p = &s->programs;

	for (int i = 0; i < p->count; i++)
		if (p->hooks[i].shows & s->wanted && !p->functions[i]) {
			snprintf(why, len, "this kernel has no function %s to attach to; it is inlined, or its module "
				 "lacks BTF or is not loaded", p->hooks[i].candidates[0]);
			break;
		}
	return -ENOENT;
}

int session_opened(struct session *s, struct bpf_object_skeleton *skel, uint32_t wanted, char *why, size_t len)
{
	int err;

	if (!skel)
		return failed(s, -errno, "opening the BPF programs", why, len);
	s->skel = skel;
	s->wanted = wanted;
	err = bpf_programs_choose(&s->programs, &s->btf, *skel->obj, wanted, &s->unseen);
	if (err)
		return failed(s, err, "trying the functions to attach to", why, len);
	return wanted && s->unseen == wanted ? none_seen(s, why, len) : 0;
}

/* Release what is needed only for loading. */
static void release(struct session *s)
{
	bpf_programs_loaded(&s->programs);
	btf_sources_close(&s->btf);
	btf_excerpt_close(&s->excerpt);
}

int session_load(struct session *s, char *why, size_t len)
{
	int err = 0;

	if (s->opts.btf_custom_path)
		err = btf_excerpt_write(&s->excerpt, &s->btf, bpf_object__btf(*s->skel->obj));
	if (!err)
		err = bpf_object__load_skeleton(s->skel);
	release(s);
	return err ? failed(s, err, "loading the BPF programs", why, len) : 0;
}

int session_attach(struct session *s, char *why, size_t len)
{
	uint32_t unseen;
	int err = bpf_programs_attach(&s->programs, &unseen, why, len);

	if (err)
		return err;
	s->unseen |= unseen;
	return s->wanted && s->unseen == s->wanted ? -ENOENT : 0;
}

void session_end(struct session *s)
{
	bpf_programs_close(&s->programs);
	release(s);
}
