package org.vivace.train.planted;

import com.sun.jna.Native;

class ReachesBelow {
    int size = Native.POINTER_SIZE;
}
