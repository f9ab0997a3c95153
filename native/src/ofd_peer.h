/*
 * ofd_peer.h: the bytes of slots and of the creation as open-file-description locks. What includes
 * this defines lock(), a call of fcntl, and the constants of the system.
 */
#ifndef PAWL_OFD_PEER_H
#define PAWL_OFD_PEER_H

int32_t pawl_peer_claim(int64_t peer, int32_t slot)
{
    int16_t ignored;
    return pawl_is_slot(slot) ? lock(peer, F_OFD_SETLK, F_WRLCK, pawl_slot_byte(slot), &ignored)
                              : PAWL_EINVAL;
}

int32_t pawl_peer_alive(int64_t peer, int32_t slot)
{
    if (!pawl_is_slot(slot)) {
        return PAWL_EINVAL;
    }
    int16_t found;
    int32_t result = lock(peer, F_OFD_GETLK, F_WRLCK, pawl_slot_byte(slot), &found);
    return result != 0 ? result : found != F_UNLCK;
}

int32_t pawl_peer_init_lock(int64_t peer, int32_t take)
{
    if ((take & ~1) != 0) {
        return PAWL_EINVAL;
    }
    int16_t ignored;
    return lock(peer, F_OFD_SETLK, take ? F_WRLCK : F_UNLCK, PAWL_INIT_BYTE, &ignored);
}

#endif
