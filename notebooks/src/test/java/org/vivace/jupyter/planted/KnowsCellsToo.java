package org.vivace.jupyter.planted;

import org.vivace.cells.planted.KnowsKernels;

public class KnowsCellsToo {
    KnowsKernels it;
}
