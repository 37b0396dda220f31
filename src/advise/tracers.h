/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TRACERS_H
#define TRACERS_H

#include <stddef.h>
#include <stdint.h>

/**
 * tracers_count() - how many tracers are attached to functions of vhost?
 * @name: filled in with one of them: a function, or a program
 * @len: size of @name
 *
 * To be called before any of our own are. Ftrace knows the functions, if tracefs is mounted; else BPF knows the
 * programs that it has attached.
 *
 * Return: the number of functions or programs; 0 also if that cannot be read.
 */
uint32_t tracers_count(char *name, size_t len);

#endif
