package org.vivace.contract;

import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;
import org.vivace.torch.Arithmetic;

/**
 * Has what this machine computes wrongly done rightly before the first test, also for tests that train with plain DJL
 * alone. Named in a file {@code META-INF/services/org.junit.platform.launcher.LauncherSessionListener} of a module's test
 * resources.
 */
public final class RightArithmetic implements LauncherSessionListener {

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        Arithmetic.correct();
    }
}
