package org.vivace.cli.planted;

import org.vivace.dev.DevCommands;

class KnowsTheMakersTools {
    Object it = new DevCommands();
}
