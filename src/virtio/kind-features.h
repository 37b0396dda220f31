/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KIND_FEATURES_H
#define KIND_FEATURES_H

#include <stdint.h>

#include "feature-names.h"

/**
 * kind_features() - names of the bits below FEATURES_COMMON, whose meaning depends on the kind of device
 * @id: the device's id, a VIRTIO_ID_*
 *
 * Return: a table, ascending, whose last entry has no name, and the only one if the kind is not known here.
 * NULL for net, whose names are those of net_features.
 */
const struct feature *kind_features(uint32_t id);

#endif
