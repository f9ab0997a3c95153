/*
 * The contended mode of FencedQueue. The model that includes this defines isHeavyDear and heavy()
 * as in Fences. A waker that has found the queue empty in the contended mode may leave it at once.
 */

#define LIGHT 0
#define ARMING 1
#define ARMED 2
#ifdef NO_EPOCHS
#define phase(s) (s)
#define disarmed(s) LIGHT
#else
#define phase(s) ((s) & 3)
#define disarmed(s) ((s) + 2)
#endif

byte stage;

inline casStage(expected, to) {
  atomic {
    drained(_pid) ->
    if
    :: stage == expected -> stage = to
    :: else
    fi
  }
}

/* FencedQueue.fence */
inline fence() {
  atomic { drained(_pid) -> s = stage }
  if
  :: phase(s) == ARMED
#ifdef ARMING_TRUSTED
  :: phase(s) == ARMING
  :: phase(s) == LIGHT ->
#else
  :: phase(s) != ARMED ->
#endif
    if
    :: !isHeavyDear
    :: isHeavyDear ->
      if
      :: phase(s) == LIGHT ->
        d_step {
          drained(_pid) ->
          if
          :: stage == s -> s = s + 1; stage = s
          :: else -> s = stage
          fi
        }
      :: else
      fi;
#ifdef ARMED_EARLY
      if
      :: phase(s) == ARMING -> casStage(s, s + 1)
      :: else
      fi;
      heavy()
#else
      heavy();
      if
      :: phase(s) == ARMING -> casStage(s, s + 1)
      :: else
      fi
#endif
    fi
  fi;
  s = 0
}

/* FencedQueue.isWaited */
inline look() {
#ifdef PHASE_READ_LATE
  noteSize();
#endif
  s = stage;
  if
  :: phase(s) != LIGHT -> full_fence()
  :: else
  fi;
#ifndef PHASE_READ_LATE
  noteSize();
#endif
  if
  :: seen == 0 && phase(s) == ARMED -> casStage(s, disarmed(s))
  :: true
  fi;
  s = 0
}
