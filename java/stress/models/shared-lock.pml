/*
 * shared-lock.pml: the mutex of a region (pawl_shared/mutex.h, io.pawl.shared.SharedMutex), for
 * processes of which some are killed. See README.md.
 *
 * One statement is one access to shared memory or one system call; all of them are sequentially
 * consistent in the code. Before each of them the process may die: its byte is given back, and
 * nothing else is done for it.
 *
 * A slice ends when nobody else can do anything, which is the worst that can happen to who sleeps.
 * Who then finds nothing to do and sleeps again sleeps for ever.
 */
#define PROCESSES 4 /* with init, which is number 0 */
#ifndef SLOTS
#define SLOTS 2 /* so that the third process gets the slot of one that has gone */
#endif
#define UNKNOWN 9

/* The word. */
byte owner;   /* slot + 1, 0 when free */
byte ogen;    /* generation of that slot */
bit waiters;
bit orphan;

byte gen[SLOTS];
byte locked[SLOTS]; /* the byte of a slot: process + 1 that holds it */

bit sleeping[PROCESSES];
byte mortal;        /* how many may still die */

byte inside;        /* living processes with the lock */
bit dirty;          /* what the lock guards is half changed */

/* Before a step: the process may die instead. */
#define STEP \
  if \
  :: true \
  :: atomic { mortal > 0 -> mortal--; goto killed } \
  fi

inline wake() {
  atomic {
    if
    :: sleeping[1] -> sleeping[1] = 0
    :: sleeping[2] -> sleeping[2] = 0
    :: sleeping[3] -> sleeping[3] = 0
    :: else
    fi
  }
}

/* pawl_shared_claim: the byte of a free slot, then its generation. */
inline attach() {
  STEP;
#ifdef GENERATION_FIRST
  if
  :: atomic { locked[0] == 0 -> slot = 0 }
  :: atomic { locked[1] == 0 -> slot = 1 }
  fi;
  STEP;
  d_step { gen[slot]++; mine = gen[slot] };
  STEP;
  if
  :: atomic { locked[slot] == 0 -> locked[slot] = _pid + 1 }
  :: atomic { else -> goto again }
  fi;
#else
  if
  :: atomic { locked[0] == 0 -> slot = 0; locked[0] = _pid + 1 }
  :: atomic { locked[1] == 0 -> slot = 1; locked[1] = _pid + 1 }
#if SLOTS > 2
  :: atomic { locked[2] == 0 -> slot = 2; locked[2] = _pid + 1 }
#endif
  fi;
  STEP;
#ifdef NO_GENERATION
  mine = gen[slot];
#else
  d_step { gen[slot]++; mine = gen[slot] };
#endif
#endif
}

/* pawl_shared_owner_is_dead: of the word that was seen. */
inline look() {
  dead = 0;
  if
  :: seenOwner == UNKNOWN
  :: else ->
    STEP;
    dead = gen[seenOwner - 1] != seenGen;
#ifndef NO_LOOK
    if
    :: dead || seenOwner - 1 == slot
    :: else ->
      STEP;
      dead = locked[seenOwner - 1] == 0
    fi
#endif
  fi
}

#ifdef NOT_EXACT
#define SAME (owner == seenOwner && waiters == seenWaiters && orphan == seenOrphan)
#else
#define SAME (owner == seenOwner && ogen == seenGen && waiters == seenWaiters && orphan == seenOrphan)
#endif

/* pawl_shared_acquire. */
inline acquire() {
  slept = 0;
  bySlice = 0;
  got = 0;
  do
  :: got -> break
  :: else ->
    STEP;
    d_step { seenOwner = owner; seenGen = ogen; seenWaiters = waiters; seenOrphan = orphan };
    if
    :: seenOwner == 0 ->
      STEP;
#ifdef OWNER_LATE
      d_step {
        if
        :: SAME -> owner = UNKNOWN; waiters = seenWaiters | slept; got = 1
        :: else
        fi
      };
      if
      :: got -> STEP; d_step { owner = slot + 1; ogen = mine }
      :: else
      fi
#else
      d_step {
        if
        :: SAME ->
          owner = slot + 1; ogen = mine;
#ifdef NO_WAITERS
          waiters = seenWaiters;
#else
          waiters = seenWaiters | slept;
#endif
          got = 1
        :: else
        fi
      }
#endif
    :: else ->
      look();
      if
      :: dead ->
        STEP;
        d_step {
          if
          :: SAME ->
            owner = slot + 1; ogen = mine; waiters = 1; got = 1;
#ifndef NO_ORPHAN
            orphan = 1;
#endif
          :: else
          fi
        }
      :: else ->
        STEP;
        d_step {
          same = SAME;
          if
          :: same -> waiters = 1
          :: else
          fi
        };
        if
        :: same ->
          slept = 1;
          STEP;
          d_step { /* the futex compares the low half alone */
            if
            :: owner == seenOwner && waiters && orphan == seenOrphan ->
              assert(!bySlice);
              sleeping[_pid] = 1
            :: else
            fi
          };
          bySlice = 0;
          if
          :: atomic { !sleeping[_pid] }
#ifndef NO_SLICES
          :: atomic { timeout -> sleeping[_pid] = 0; bySlice = 1 }
#endif
          :: atomic { mortal > 0 -> mortal--; goto killed }
          fi
        :: else
        fi
      fi
    fi
  od;
  skip
}

/* pawl_shared_release: who takes WAITERS away wakes one. */
inline release() {
  STEP;
#ifdef WAKE_FIRST
  if
  :: waiters -> wake()
  :: else
  fi;
  STEP;
  d_step { owner = 0; ogen = 0; waiters = 0 };
#else
  d_step { seenWaiters = waiters; owner = 0; ogen = 0; waiters = 0 };
  if
  :: seenWaiters -> STEP; wake()
  :: else
  fi
#endif
}

/* What the lock guards is changed; somebody may die within. */
inline section() {
  d_step { inside++; assert(inside == 1) };
  living = 1;
  STEP;
  d_step { assert(!dirty); dirty = 1 };
  STEP;
  dirty = 0;
  d_step { inside--; living = 0 }
}

proctype Process() {
  byte slot, mine, seenOwner, seenGen;
  bit seenWaiters, seenOrphan, slept, got, dead, same, bySlice, living;

again:
  attach();
  acquire();
  if
  :: !orphan
  :: orphan -> /* told, and does not hold; then repairs by force */
    release();
    acquire();
    d_step { inside++; assert(inside == 1) };
    living = 1;
    STEP;
    dirty = 0;
    STEP;
    orphan = 0;
    d_step { inside--; living = 0 }
  fi;
  section();
  release();
  goto detach;

killed:
  skip;
  d_step {
    sleeping[_pid] = 0;
    inside = inside - living
  }
detach:
  skip;
  d_step {
    if
    :: locked[slot] == _pid + 1 -> locked[slot] = 0
    :: else
    fi
  }
}

init {
  atomic {
#ifdef IMMORTAL
    mortal = 0;
#else
    if
    :: mortal = 0
    :: mortal = 1
    :: mortal = 2
    fi;
#endif
    run Process();
    run Process();
    run Process()
  }
}
