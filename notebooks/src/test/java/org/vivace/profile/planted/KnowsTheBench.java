package org.vivace.profile.planted;

import org.vivace.bench.Size;

class KnowsTheBench {
    Size size = Size.QUICK;
}
