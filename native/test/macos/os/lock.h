/*
 * os/lock.h: in the place of macOS's own, for macos.c on Linux: what that file needs of the SDK, and
 * of libSystem through dlsym. See model.c.
 */
#ifndef PAWL_MODEL_OS_LOCK_H
#define PAWL_MODEL_OS_LOCK_H

#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    uint32_t owner;
} os_unfair_lock, *os_unfair_lock_t;

#define OS_UNFAIR_LOCK_INIT ((os_unfair_lock){0})

void os_unfair_lock_lock(os_unfair_lock_t lock);
bool os_unfair_lock_trylock(os_unfair_lock_t lock);
void os_unfair_lock_unlock(os_unfair_lock_t lock);

#define CLOCK_UPTIME_RAW 8

uint64_t clock_gettime_nsec_np(int clock);

void *model_dlsym(void *handle, const char *name);

#undef dlsym
#define dlsym model_dlsym

#endif
