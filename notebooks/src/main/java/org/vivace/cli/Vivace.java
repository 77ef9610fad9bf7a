package org.vivace.cli;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import org.vivace.bench.CommandText;
import org.vivace.bench.Parent;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line; its exit code is 0 for success, 1 if the work failed, 2 for wrong usage. */
@Command(
        name = "vivace",
        description = "Makes training with Deep Java Library faster, and shows by measurement that it does.",
        mixinStandardHelpOptions = true,
        version = "Vivace 0.1.0",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Begin with: vivace demo"},
        subcommands = {
            DemoCommand.class,
            DoctorCommand.class,
            MethodsCommand.class,
            DataCommand.class,
            WorkloadCommands.Bench.class,
            WorkloadCommands.Profile.class,
            EstimateCommand.class,
            ReportCommand.class,
            WorkloadCommands.Tune.class,
            NotebookCommand.class,
        })
public final class Vivace implements Runnable {

    @Spec
    private CommandSpec spec;

    private Vivace() {}

    public static void main(String[] arguments) {
        Interruption interruption = Interruption.ofThisThread();
        Parent.watch();
        Locale.setDefault(Locale.ROOT);
        System.exit(interruption.finish(execute(arguments)));
    }

    /** The command line as it was typed, for records. */
    static String typed(CommandSpec command) {
        List<String> words = new ArrayList<>(List.of("./vivace"));
        words.addAll(command.root().commandLine().getParseResult().originalArgs());
        return CommandText.of(words);
    }

    /** The command line, ready to execute; errors are one sentence on its writer for errors. */
    static CommandLine commandLine() {
        CommandLine vivace = new CommandLine(new Vivace());
        WorkloadCommands.addServices(vivace);
        AddedCommands.below(vivace, "bench").addSubcommand(new BenchOptimizerCommand());
        ServiceLoader.load(AddedCommands.class, Vivace.class.getClassLoader()).forEach(more -> more.addTo(vivace));
        return settled(vivace);
    }

    /** Applies the common settings to all current commands and subcommands, not to ones added later. */
    private static CommandLine settled(CommandLine vivace) {
        return vivace.setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(false)
                .setParameterExceptionHandler((wrong, arguments) -> wrong(wrong))
                .setExecutionStrategy(parsed -> {
                    requireOutputs(parsed);
                    return new RunLast().execute(parsed);
                })
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    sentence(command, failure, Failures.sentence(failure));
                    return command.getCommandSpec().exitCodeOnExecutionException();
                });
    }

    private static void requireOutputs(ParseResult parsed) {
        try {
            Outputs.check(parsed);
        } catch (UncheckedIOException e) {
            List<CommandLine> given = parsed.asCommandLineList();
            throw new ExecutionException(given.get(given.size() - 1), e.getMessage(), e);
        }
    }

    /** An error of the JVM, such as a class that could not be initialized, ends a command as an exception does. */
    private static int execute(String... arguments) {
        CommandLine line = commandLine();
        try {
            return execute(line, arguments);
        } catch (Error failure) {
            sentence(line, failure, Failures.sentence(failure));
            return line.getCommandSpec().exitCodeOnExecutionException();
        }
    }

    /** Adds the workload that the arguments name by its class, whose options are known only then. */
    static int execute(CommandLine line, String... arguments) {
        try {
            ClassPathOption.enter(arguments);
            // Also the methods on the given class path.
            WorkloadCommands.addServices(line);
            WorkloadCommands.addNamed(line, arguments);
            settled(line).setOut(line.getOut()).setErr(line.getErr());
        } catch (ParameterException e) {
            return wrong(e);
        } catch (IllegalArgumentException e) {
            return wrong(new ParameterException(line, e.getMessage(), e));
        }
        return line.execute(arguments);
    }

    private static int wrong(ParameterException wrong) {
        CommandLine command = wrong.getCommandLine();
        sentence(command, wrong, usage(wrong));
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "expected a command, got none");
    }

    private static String usage(ParameterException wrong) {
        String said = String.valueOf(wrong.getMessage()).strip();
        if (wrong instanceof UnmatchedArgumentException unmatched
                && !unmatched.getSuggestions().isEmpty()) {
            said += ": did you mean " + String.join(" or ", unmatched.getSuggestions()) + "?";
        }
        return said + " (see '" + wrong.getCommandLine().getCommandSpec().qualifiedName() + " --help')";
    }

    private static void sentence(CommandLine command, Throwable cause, String sentence) {
        if (Interruption.came()) {
            return;
        }
        command.getErr().println("vivace: " + sentence);
        if ("1".equals(System.getenv("VIVACE_DEBUG"))) {
            cause.printStackTrace(command.getErr());
        }
        command.getErr().flush();
    }
}
