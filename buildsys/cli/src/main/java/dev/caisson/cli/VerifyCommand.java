package dev.caisson.cli;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.inspect.Check;
import dev.caisson.engine.inspect.ImageVerifier;
import dev.caisson.engine.inspect.TrustedCertificates;
import dev.caisson.engine.inspect.VerificationReport;
import dev.caisson.engine.work.WorkPool;
import dev.caisson.json.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code caisson verify}. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Checks every promise of an image: partition tables, file systems, the whole dm-verity tree and every block under"
                    + " it, signatures, and that the signed command line fits the partitions.",
            "Exits 0 when nothing is wrong and 9 on any difference, which is named with its place. What cannot be checked is"
                    + " listed and does not change the exit code."
        },
        footer = {
            "",
            "Examples:",
            "  caisson verify out/container-host/x86_64       the artifacts' digests, then the disk image",
            "  caisson verify disk.raw --certificate db.crt",
            "  caisson verify disk.raw --keys .caisson/keys --json"
        })
final class VerifyCommand implements Callable<Integer>, VerboseCommand {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ImageOptions options;

    @Option(
            names = "--keys",
            paramLabel = "DIR",
            description =
                    "A key profile, or a folder of profiles, whose db certificates are trusted; default: .caisson/keys at"
                            + " or above the image and the current folder.")
    private Path keys;

    @Option(
            names = "--certificate",
            paramLabel = "FILE",
            description = "A certificate to trust instead, PEM or DER; may be given several times.")
    private List<Path> certificates = new ArrayList<>();

    @Option(names = "--unsigned", description = "Let programs pass that have no signature at all.")
    private boolean unsigned;

    @Parameters(
            paramLabel = "IMAGE",
            description = "A disk image, EROFS or FAT image, EFI program, or a build's folder.")
    private Path image;

    @Override
    public boolean verbose() {
        return options.verbose;
    }

    @Override
    public Integer call() throws Exception {
        if (!Files.exists(image)) {
            throw new BuildException(
                    FailureCode.USAGE,
                    "there is no image " + image,
                    "give the path of an image or of a build's folder");
        }
        PrintWriter out = spec.commandLine().getOut();
        TrustedCertificates trusted = trusted();
        TerminalProgress progress = new TerminalProgress(spec.commandLine().getErr(), options.progress);
        long start = System.nanoTime();
        VerificationReport report;
        try (WorkPool pool = new WorkPool(options.jobs())) {
            report = new ImageVerifier(trusted, unsigned, pool, progress).verify(image);
        } finally {
            progress.finish();
        }
        if (options.json) {
            out.print(Json.pretty(report.json()));
        } else {
            print(out, report, (System.nanoTime() - start) / 1_000_000);
        }
        return report.good() ? 0 : FailureCode.VERIFICATION.exitCode();
    }

    private TrustedCertificates trusted() throws BuildException, IOException {
        if (!certificates.isEmpty()) {
            return TrustedCertificates.ofFiles(certificates);
        }
        if (keys != null) {
            return TrustedCertificates.ofKeys(keys);
        }
        Path folder = Files.isDirectory(image) ? image : image.toAbsolutePath().getParent();
        return TrustedCertificates.find(List.of(folder, Path.of("")));
    }

    private static void print(PrintWriter out, VerificationReport report, long millis) {
        for (Check check : report.checks()) {
            out.println(String.format(
                            Locale.ROOT, "%-11s  %-18s  %s", check.status().label(), check.name(), check.where())
                    + (check.detail().isEmpty() ? "" : ": " + check.detail()));
        }
        long failed = report.count(Check.Status.FAILED);
        long open = report.count(Check.Status.NOT_CHECKED);
        out.println(String.format(
                Locale.ROOT,
                "%s: %s, %d checks ok, %d not checked, %.2f s",
                report.image(),
                failed == 0 ? "good" : failed + " FAILED",
                report.count(Check.Status.OK),
                open,
                millis / 1000.0));
    }
}
