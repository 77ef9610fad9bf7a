package org.vivace.methods.planted;

import org.vivace.measure.Phase;

class Measures {
    Class<?> it = Phase.class;
}
