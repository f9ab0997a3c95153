/*
 * The reader slots of RwLock: two readers, each with a slot, and a writer. Readers take a slot or
 * count in the state as they like, and open the slots whenever nobody waits; a reader that finds a
 * writer gives up. Slots are opened to readers that fence or to readers that do not, as it comes, and
 * a reader that has fenced may change the former into the latter. Names are those of the Java code
 * (RwSync, ReadSlots).
 *
 * Properties
 *   P1  A writer excludes everybody.
 *   P2  When nothing can happen any more, nobody waits, no heir is noted, and the lock is free but
 *       for slots that are open.
 *
 * Mutant HEAVY_IS_FULL: the closer's fence is a full fence of its own.
 * Mutant DRAIN_EARLY: the closer starts the drain before its heavy fence.
 * Mutant LEAVER_UNFENCED: a leaver looks at the other slots without a full fence.
 * Mutant READER_UNFENCED: a reader takes slots that are open to readers that fence without a fence.
 * Mutant LEAVER_TRUSTS_FENCED: a leaver does not fence while such slots are open.
 * Mutant NO_EPOCHS: the drain is on or off, not a number.
 * Mutant OPENER_DOES_NOT_LOOK: whoever opens the slots does not look whether somebody waits.
 * Mutant WRITER_DOES_NOT_CLOSE: a writer that has announced itself leaves open slots open.
 */
#define READERS 2
#define PROCS 3
#define CELLS 3
#define DEPTH 2
#define committed(p) skip

#define READS 2
/* The mutant breaks at the second closing, which needs a second write. */
#ifdef NO_EPOCHS
#define WRITES 2
#else
#define WRITES 1
#endif

/* Cells 0 and 1 are the slots. */
#define STATE 2

/* State: the counted read locks in the low bits. */
#define FREE 0
#define ONE 1
#define WRITER 4
#define CLOSING 8
#define FENCED 16
#define LIGHT 48
#define UNFENCED (LIGHT - FENCED)  /* the bit that tells them apart */

#include "tso.pml"

byte drain;
byte size;      /* 1 while the writer is announced */
bool waiting;   /* the writer is listed */
bool heir;      /* the writer has been woken and is on its way */
byte reading;
byte writing;

#ifdef NO_EPOCHS
#define next(d) (1 - (d))
#else
#define next(d) ((d) + 1)
#endif

#define enterReading assert(writing == 0); reading++

/* AcquireQueue.wakeHeir, WaitQueue.serve, SharedQueue.next, AcquireQueue.unclaimed, RwSync.holds */
inline wakeHeir() {
  d_step {
    drained(_pid) ->
    ok = !heir;
    heir = true
  }
  do
  :: !ok -> break
  :: ok ->
    load(s, STATE);
    if
    :: s == FREE || s == WRITER || (s & FENCED) ->
      if
      :: atomic { waiting -> waiting = false; break }
      :: !waiting
      fi
    :: else
    fi;
    atomic { drained(_pid) -> heir = false }
    membarrier(todo);
    ok = waiting;
    if
    :: ok -> load(s, STATE); ok = (s == FREE || (s & FENCED))
    :: else
    fi;
    if
    :: ok -> d_step { ok = !heir; heir = true }
    :: else
    fi
  od;
  s = 0;
  ok = false
}

/* RwSync.tryDrop: a share of the state, a counted read lock or the shutter. */
inline drop(share) {
  atomic {
    drained(_pid) ->
    memory[STATE] = memory[STATE] - share;
    ok = (memory[STATE] == FREE)
  }
  if
  :: ok && size > 0 && !heir -> wakeHeir()
  :: else
  fi;
  ok = false
}

/* ReadSlots.finish, RwSync.dropShutter */
inline finish() {
  d = drain;
  if
  :: d & 1 ->
    load(s, 0);
    if
    :: s == 0 ->
      load(s, 1);
      if
      :: s == 0 ->
        atomic {
          drained(_pid) ->
          if
          :: drain == d -> drain = next(d); ok = true
          :: else
          fi
        }
        if
        :: ok -> drop(CLOSING)
        :: else
        fi
      :: else
      fi
    :: else
    fi
  :: else
  fi;
  d = 0;
  s = 0
}

/* RwSync.closeSlots, drain */
inline closeSlots() {
  do
  :: load(s, STATE);
    if
    :: s & FENCED -> cas(ok, STATE, s, (s & ~LIGHT) + CLOSING)
    :: else -> break
    fi;
    if
    :: ok ->
      ok = false;
#ifdef DRAIN_EARLY
      atomic { drained(_pid) -> drain = next(drain) }
#endif
#ifdef HEAVY_IS_FULL
      full_fence();
#else
      if
      :: s & UNFENCED -> membarrier(todo)
      :: else -> full_fence()
      fi;
#endif
#ifndef DRAIN_EARLY
      atomic { drained(_pid) -> drain = next(drain) }
#endif
      finish();
      break
    :: else
    fi
  od;
  s = 0
}

/* RwSync.left */
inline left() {
#ifndef LEAVER_UNFENCED
  full_fence();
#endif
  finish()
}

active [READERS] proctype Reader() {
  bool ok;
  byte s, d, todo, round;
  do
  :: round < READS ->
    round++;
    /* RwSync.tryReadInSlot, unlockRead */
    if
    :: true ->
      store(_pid, 1);
      atomic {
        load(s, STATE);
        if
        :: s & UNFENCED -> enterReading
        :: else -> s = 0
        fi
      }
      if
      :: s == 0 ->
#ifndef READER_UNFENCED
        full_fence();
#endif
        atomic {
          load(s, STATE);
          if
          :: s & FENCED -> enterReading
          :: else -> s = 0
          fi
        }
        if
        :: s && !(s & UNFENCED) -> cas(ok, STATE, s, s + UNFENCED); ok = false
        :: true
        fi
      :: else
      fi;
      if
      :: s ->
        reading--;
        store(_pid, 0);
        load(s, STATE);
        if
#ifdef LEAVER_TRUSTS_FENCED
        :: s & FENCED -> s = 0
#else
        :: s & UNFENCED -> s = 0
#endif
        :: else -> left()
        fi;
        goto done
      :: else ->
        store(_pid, 0);
        left()
      fi
    :: true
    fi;
    /* RwSync.tryReadCounted, unlockCounted */
    do
    :: load(s, STATE);
      if
      :: s & WRITER -> s = 0; goto done
      :: else
      fi;
      if
      :: cas(ok, STATE, s, s + ONE)
      :: size == 0 && !(s & (CLOSING + FENCED)) ->
        if
        :: cas(ok, STATE, s, s + ONE + FENCED)
        :: cas(ok, STATE, s, s + ONE + LIGHT)
        fi;
        d = ok
      fi;
      if
      :: ok -> break
      :: else -> d = 0
      fi
    od;
    atomic { ok = false; s = 0; enterReading }
    if
#ifndef OPENER_DOES_NOT_LOOK
    :: d && size > 0 -> d = 0; closeSlots()
#endif
    :: else -> d = 0
    fi;
    reading--;
    drop(ONE);
done:
    skip
  :: else -> break
  od
}

inline heirGone() {
  if
  :: isHeir -> atomic { drained(_pid) -> heir = false; isHeir = false }
  :: else
  fi
}

/* RwSync.isFree, ReadWriteSync.tryWrite */
inline tryWrite() {
#ifndef WRITER_DOES_NOT_CLOSE
  closeSlots();
#endif
  atomic {
    drained(_pid) ->
    ok = (memory[STATE] == FREE);
    if
    :: ok -> memory[STATE] = WRITER
    :: else
    fi
  }
}

active proctype Writer() {
  bool ok, isHeir;
  byte s, d, todo, round;
  do
  :: round < WRITES ->
    round++;
    /* AcquireQueue.contend */
    atomic { drained(_pid) -> size = 1 }
    do
    :: atomic { drained(_pid) -> waiting = true }
      heirGone();
      membarrier(todo);
      tryWrite();
      if
      :: ok -> atomic { isHeir = !waiting; waiting = false }; break
      :: else
      fi;
      !waiting;  /* parked */
      isHeir = true;
      tryWrite();
      if
      :: ok -> break
      :: else
      fi
    od;
    heirGone();
    size = 0;
    atomic { ok = false; assert(reading == 0 && writing == 0); writing++ }
    writing--;
    store(STATE, FREE)
  :: else -> break
  od
}

active proctype Rest() {
  run Memory();
  timeout;
  assert(size == 0 && !heir && (memory[STATE] == FREE || (memory[STATE] & ~UNFENCED) == FENCED))
}
