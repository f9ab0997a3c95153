/*
 * internal.h: what the mechanisms share. Nothing here has storage.
 */
#ifndef PAWL_INTERNAL_H
#define PAWL_INTERNAL_H

#include "pawl.h"

#define PAWL_NANOS_PER_SECOND INT64_C(1000000000)
#define PAWL_NANOS_PER_MILLI INT64_C(1000000)

/* Whether address is that of a word: not null and four-byte aligned. */
static inline int pawl_is_word(int64_t address)
{
    return address != 0 && (address & 3) == 0;
}

/* Whether flags holds nothing but PAWL_PRIVATE or PAWL_SHARED. */
static inline int pawl_is_flags(int32_t flags)
{
    return (flags & ~PAWL_SHARED) == 0;
}

/* Whether slot is one that has a locked byte. */
static inline int pawl_is_slot(int32_t slot)
{
    return slot >= 0 && slot < PAWL_PEER_SLOTS;
}

/* The locked byte of a slot, and that for creation. */
static inline int64_t pawl_slot_byte(int32_t slot)
{
    return PAWL_PEER_BYTE + slot;
}

#define PAWL_INIT_BYTE (PAWL_PEER_BYTE - 1)

/* Whether address is that of storage for the platform's lock. */
static inline int pawl_is_os_lock(int64_t address)
{
    return address != 0 && (address & (pawl_os_alignment() - 1)) == 0;
}

#endif
