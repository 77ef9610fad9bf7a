package org.vivace.measure.planted;

import org.vivace.profile.Bound;

class KnowsAHigherRoom {
    Bound bound = Bound.HOST;
}
