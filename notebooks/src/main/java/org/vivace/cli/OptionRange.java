package org.vivace.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** A usage error if the value of an option is out of its range. */
final class OptionRange {

    private OptionRange() {}

    /**
     * @throws ParameterException unless {@code holds}: the message names the option, the expected range and the value
     */
    static void require(CommandSpec command, boolean holds, String option, String expected, Object got) {
        if (!holds) {
            throw new ParameterException(command.commandLine(), option + " must be " + expected + ", got " + got);
        }
    }
}
