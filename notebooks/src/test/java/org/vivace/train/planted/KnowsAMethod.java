package org.vivace.train.planted;

import org.vivace.methods.FusedAdamW;

class KnowsAMethod {
    Object it = new FusedAdamW();
}
