package org.vivace.torch.planted;

import org.vivace.train.Kind;

class KnowsARoom {
    Kind kind = Kind.LOSS;
}
