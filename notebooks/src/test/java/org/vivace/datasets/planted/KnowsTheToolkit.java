package org.vivace.datasets.planted;

import org.vivace.train.Kind;

class KnowsTheToolkit {
    Kind kind = Kind.LOSS;
}
