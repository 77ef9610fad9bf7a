package org.vivace.cells.planted;

import org.vivace.jupyter.planted.KnowsCellsToo;

public class KnowsKernels {
    KnowsCellsToo it;
}
