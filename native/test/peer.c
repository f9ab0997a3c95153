/* peer.c: proof of life by itself: what is locked, for whom, until when. */
#include "check.h"

#if defined(_WIN32)

#  define WIN32_LEAN_AND_MEAN
#  include <windows.h>

typedef WCHAR path_t[MAX_PATH + 1];

static void new_file(path_t path)
{
    path_t directory;
    CHECK(GetTempPathW(MAX_PATH + 1, directory) != 0);
    CHECK(GetTempFileNameW(directory, L"paw", 0, path) != 0);
}

static void remove_file(path_t path)
{
    DeleteFileW(path);
}

#else

#  include <unistd.h>

typedef char path_t[4096];

static void new_file(path_t path)
{
    const char *directory = getenv("TMPDIR");
    snprintf(path, sizeof(path_t), "%s/pawl-peer-XXXXXX", directory == NULL ? "/tmp" : directory);
    int descriptor = mkstemp(path);
    CHECK(descriptor >= 0);
    close(descriptor);
}

static void remove_file(path_t path)
{
    unlink(path);
}

#endif

static path_t path;

static void remove_at_exit(void)
{
    remove_file(path);
}

/* A peer of the test's file, which is new the first time. */
static int64_t open_peer(void)
{
    if (path[0] == 0) {
        new_file(path);
        atexit(remove_at_exit);
    }
    int64_t peer = pawl_peer_open(ADDRESS(path));
    CHECK(peer >= 0);
    return peer;
}

TEST(peer_claims_each_slot_once)
{
    int64_t one = open_peer();
    int64_t other = open_peer();
    CHECK_EQ(pawl_peer_claim(one, 0), 0);
    CHECK_EQ(pawl_peer_claim(other, 0), PAWL_EAGAIN);
    CHECK_EQ(pawl_peer_claim(other, 1), 0);
    CHECK_EQ(pawl_peer_claim(one, 1), PAWL_EAGAIN);
}

TEST(peer_is_alive_for_others_from_claim_to_close)
{
    int64_t one = open_peer();
    int64_t other = open_peer();
    CHECK_EQ(pawl_peer_alive(other, 7), 0);
    CHECK_EQ(pawl_peer_claim(one, 7), 0);
    CHECK_EQ(pawl_peer_alive(other, 7), 1);
    CHECK_EQ(pawl_peer_alive(other, 6), 0);
    CHECK_EQ(pawl_peer_alive(other, 8), 0);
    CHECK_EQ(pawl_peer_close(one), 0);
    CHECK_EQ(pawl_peer_alive(other, 7), 0);
    CHECK_EQ(pawl_peer_claim(other, 7), 0);
}

TEST(peer_that_asks_takes_nothing_away)
{
    int64_t one = open_peer();
    int64_t other = open_peer();
    CHECK_EQ(pawl_peer_claim(one, 3), 0);
    pawl_peer_alive(one, 3);
    pawl_peer_alive(other, 3);
    CHECK_EQ(pawl_peer_alive(other, 3), 1);
    CHECK_EQ(pawl_peer_claim(other, 3), PAWL_EAGAIN);
    CHECK_EQ(pawl_peer_alive(other, 4), 0);
    CHECK_EQ(pawl_peer_claim(one, 4), 0);
}

TEST(peer_takes_the_byte_for_creation_and_gives_it_back)
{
    int64_t one = open_peer();
    int64_t other = open_peer();
    CHECK_EQ(pawl_peer_init_lock(one, 1), 0);
    CHECK_EQ(pawl_peer_init_lock(other, 1), PAWL_EAGAIN);
    CHECK_EQ(pawl_peer_claim(other, 0), 0);
    CHECK_EQ(pawl_peer_init_lock(one, 0), 0);
    CHECK_EQ(pawl_peer_init_lock(other, 1), 0);
    CHECK_EQ(pawl_peer_init_lock(one, 0), 0);
    CHECK_EQ(pawl_peer_init_lock(one, 1), PAWL_EAGAIN);
}

TEST(peer_has_all_slots_that_the_header_promises)
{
    int64_t one = open_peer();
    int64_t other = open_peer();
    CHECK_EQ(pawl_peer_claim(one, PAWL_PEER_SLOTS - 1), 0);
    CHECK_EQ(pawl_peer_alive(other, PAWL_PEER_SLOTS - 1), 1);
    CHECK_EQ(pawl_peer_claim(one, PAWL_PEER_SLOTS), PAWL_EINVAL);
    CHECK_EQ(pawl_peer_claim(one, -1), PAWL_EINVAL);
    CHECK_EQ(pawl_peer_alive(one, PAWL_PEER_SLOTS), PAWL_EINVAL);
    CHECK_EQ(pawl_peer_alive(one, -1), PAWL_EINVAL);
    CHECK_EQ(pawl_peer_init_lock(one, 2), PAWL_EINVAL);
}

TEST(peer_knows_whether_the_path_still_leads_to_it)
{
    int64_t peer = open_peer();
    path_t other;
    new_file(other);
    CHECK_EQ(pawl_peer_at(peer, ADDRESS(path)), 1);
    CHECK_EQ(pawl_peer_at(peer, ADDRESS(other)), 0);
    remove_file(other);
    CHECK_EQ(pawl_peer_at(peer, ADDRESS(other)), 0);
    CHECK_EQ(pawl_peer_at(peer, 0), PAWL_EINVAL);
}

TEST(peer_refuses_what_is_no_file)
{
    int64_t peer = open_peer();
    path_t other;
    new_file(other);
    remove_file(other);
    CHECK_EQ(pawl_peer_open(ADDRESS(other)), PAWL_ENOENT);
    CHECK_EQ(pawl_peer_open(0), PAWL_EINVAL);
    CHECK_EQ(pawl_peer_reopen(-1), PAWL_EBADF);
    CHECK_EQ(pawl_peer_close(peer), 0);
    CHECK_EQ(pawl_peer_claim(peer, 0), PAWL_EBADF);
    CHECK_EQ(pawl_peer_alive(peer, 0), PAWL_EBADF);
    CHECK_EQ(pawl_peer_init_lock(peer, 1), PAWL_EBADF);
    CHECK_EQ(pawl_peer_at(peer, ADDRESS(path)), PAWL_EBADF);
    CHECK_EQ(pawl_peer_close(peer), PAWL_EBADF);
}

static int64_t shared_peer;
static word_t claimed;

static void claim_each(void *argument)
{
    (void)argument;
    int64_t mine = open_peer();
    for (int32_t slot = 0; slot < 200; slot++) {
        if (pawl_peer_claim(mine, slot) == 0) {
            add(&claimed, 1);
        }
        CHECK(pawl_peer_alive(shared_peer, slot) >= 0);
    }
}

TEST(peers_of_two_threads_exclude_each_other)
{
    shared_peer = open_peer();
    task_t *one = start(claim_each, NULL);
    task_t *other = start(claim_each, NULL);
    join(one);
    join(other);
#if defined(_WIN32)
    CHECK(load(&claimed) <= 200); /* who asks is in the way for an instant */
#else
    CHECK_EQ(load(&claimed), 200);
#endif
}
