package org.vivace.workloads.planted;

import org.vivace.cells.Home;

class KnowsCells {
    Object folder = Home.folder();
}
