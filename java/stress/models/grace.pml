/*
 * Readers of an Rcu and its grace periods: a reader with a slot, one that is counted on a side, and
 * two updaters, of which the first may give up while it sleeps. The first reader reads twice, each
 * updater replaces a version of the data, waits, and closes it. Names are those of the Java code
 * (GraceSync, ReaderSlots, SharedReaders). The model that includes this defines light() and heavy(),
 * and, unless a mutant changes it, heavyAgain() as heavy().
 *
 * Properties
 *   P1  No reader meets a version that is closed.
 *   P2  When nothing can happen any more, nobody waits.
 */
#define PROCS 4
#define CELLS 1
#define DEPTH 2
#define committed(p) skip

#define READS 2
#define VERSIONS 3

#define SLOT 0
#define OUTSIDE 0

#include "tso.pml"

byte version;
bool closed[VERSIONS];

byte stamp = 1;
byte awaited;
byte over = 1;
byte ended = 1;
bool leader;
byte count[2];
bit open;

#ifdef STAMP_OF_ONE_BIT
#define word(s) (1 + ((s) & 1))
#define isEarly(w, period) ((w) != OUTSIDE && (w) != word(period))
#else
#define word(s) (s)
#define isEarly(w, period) ((w) != OUTSIDE && (w) < (period))
#endif

/* GraceSync.haveLeft */
inline haveLeft(period) {
  load(s, SLOT);
  ok = !isEarly(s, period);
  s = 0;
  if
  :: ok -> ok = (count[1 - open] == 0)
  :: else
  fi
}

/* GraceSync.left, open */
inline left() {
  if
  :: awaited != 0 ->
#ifndef LEAVER_UNFENCED
    full_fence();
#endif
    p = awaited;
    if
    :: p != 0 ->
      haveLeft(p);
      if
      :: ok ->
        atomic {
          drained(_pid) ->
          if
          :: over < p -> over = p
          :: else
          fi
        }
      :: else
      fi
    :: else
    fi;
    p = 0;
    ok = false
  :: else
  fi
}

/* GraceSync.join, leave */
active proctype SlotReader() {
  bool ok;
  byte s, p, seen, round;
  do
  :: round < READS ->
    round++;
    s = word(stamp);
#ifdef READS_EARLY
    seen = version;
#endif
    store(SLOT, s);
    s = 0;
#ifndef ENTERS_UNFENCED
    light();
#endif
#ifndef READS_EARLY
    seen = version;
#endif
    assert(!closed[seen]);
    seen = 0;
    store(SLOT, OUTSIDE);
#ifndef LEAVES_UNFENCED
    light();
#endif
    left()
  :: else -> break
  od
}

/* SharedReaders.enter, exit */
active proctype SharedReader() {
  bool ok;
  bit side;
  byte s, p, seen;
  atomic { drained(_pid) -> side = open; count[side]++ }
  seen = version;
  assert(!closed[seen]);
  atomic { drained(_pid) -> count[side]--; side = 0; seen = 0 }
  left()
}

inline count_period() {
  atomic { drained(_pid) -> period = stamp + 1; stamp = period }
}

/* SharedReaders.tryFlip */
inline tryFlip() {
  atomic {
    drained(_pid) ->
#ifdef FLIP_UNCHECKED
    flipped = true;
#else
    flipped = (count[1 - open] == 0);
#endif
    if
    :: flipped -> open = 1 - open
    :: else
    fi
  }
}

/* GraceSync.lead, sleep; the gate opens when over has reached the period */
inline lead() {
  do
  :: ended >= needed -> result = true; break
  :: else ->
#ifdef FLIP_EARLY
    tryFlip();
    count_period();
#else
    count_period();
    tryFlip();
#endif
#ifdef AWAITED_EARLY
    atomic { drained(_pid) -> awaited = period }
#endif
    heavy();
    haveLeft(period);
    if
    :: ok
    :: else ->
#ifndef AWAITED_EARLY
      atomic { drained(_pid) -> awaited = period }
      heavyAgain();
      haveLeft(period);
#endif
      if
      :: ok
      :: !ok ->
        if
        :: over >= period -> ok = true
        :: mayGiveUp -> break
        fi
      fi
    fi;
    atomic { drained(_pid) -> awaited = 0 }
    if
    :: flipped -> ended = period
    :: else
    fi;
    ok = false
  od;
  atomic { drained(_pid) -> awaited = 0; ok = false; flipped = false; period = 0 }
}

/* GraceSync.await */
active [2] proctype Updater() {
  bool ok, flipped, result, mayGiveUp;
  byte s, todo, period, needed, old;
  mayGiveUp = (_pid == 2);
  atomic { drained(_pid) -> old = version; version = version + 1 }
  atomic { drained(_pid) -> needed = stamp + 1 }
  atomic { drained(_pid) && !leader -> leader = true }
  lead();
  atomic {
    leader = false;
    if
    :: result -> closed[old] = true
    :: else
    fi
  }
}

active proctype Rest() {
  run Memory();
  timeout;
  assert(!leader && awaited == 0 && memory[SLOT] == OUTSIDE && count[0] + count[1] == 0)
}
