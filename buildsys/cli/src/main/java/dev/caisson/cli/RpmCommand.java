package dev.caisson.cli;

import dev.caisson.bytes.FileSource;
import dev.caisson.bytes.FormatException;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.json.Json;
import dev.caisson.json.JsonObject;
import dev.caisson.openpgp.Keyring;
import dev.caisson.openpgp.OpenPgpVerifier;
import dev.caisson.openpgp.VerificationPolicy;
import dev.caisson.rpm.RpmLimits;
import dev.caisson.rpm.RpmPackage;
import dev.caisson.rpm.RpmVerification;
import dev.caisson.rpm.RpmVerifier;
import dev.caisson.rpm.SignaturePolicy;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code caisson rpm …}. */
@Command(
        name = "rpm",
        mixinStandardHelpOptions = true,
        description = "Looks into RPM packages. Installs nothing and runs nothing that is in them.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  caisson rpm show hello-1.0-1.x86_64.rpm",
            "  caisson rpm show hello-1.0-1.x86_64.rpm --json",
            "  caisson rpm verify hello-1.0-1.x86_64.rpm --keyring RPM-GPG-KEY-example"
        })
final class RpmCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = {
                "Shows name, texts, files with their attributes, relations, scripts, digests and signatures.",
                "The payload is not read; 'caisson rpm verify' does that. Exits 9 when the package is damaged."
            })
    int show(
            @Parameters(paramLabel = "FILE", description = "The package.") Path file,
            @Option(names = "--json", description = "Print as JSON.") boolean json,
            @Option(
                            names = "--keyring",
                            paramLabel = "FILE",
                            description = "Check the signatures with these OpenPGP keys; may be given several times.")
                    List<Path> keyrings)
            throws BuildException, IOException {
        try (FileSource source = open(file)) {
            RpmPackage rpm = RpmPackage.open(file.toString(), source, RpmLimits.DEFAULT);
            RpmListing listing = new RpmListing(rpm, RpmVerifier.signatures(rpm, keys(keyrings, false)));
            if (json) {
                out().print(Json.pretty(listing.json()));
            } else {
                listing.lines().forEach(out()::println);
            }
            return 0;
        } catch (FormatException e) {
            throw damaged(e);
        }
    }

    @Command(
            name = "verify",
            mixinStandardHelpOptions = true,
            description = {
                "Reads a whole package and checks every digest and signature.",
                "With --keyring, or --require-signatures, a good signature must cover header and payload. Exits 9 when the package"
                        + " is not accepted."
            })
    int verify(
            @Parameters(paramLabel = "FILE", description = "The package.") Path file,
            @Option(names = "--json", description = "Print as JSON.") boolean json,
            @Option(
                            names = "--keyring",
                            paramLabel = "FILE",
                            description = "OpenPGP keys that are trusted; may be given several times.")
                    List<Path> keyrings,
            @Option(names = "--require-signatures", description = "Refuse a package without a good signature.")
                    boolean require,
            @Option(
                            names = "--allow-weak-signatures",
                            description = "Let SHA-1 and keys from 1024 bits count, as packages until about 2010 need.")
                    boolean weak)
            throws BuildException, IOException {
        boolean signed = require || keyrings != null && !keyrings.isEmpty();
        SignaturePolicy policy = signed ? SignaturePolicy.REQUIRE : SignaturePolicy.CHECK;
        try (FileSource source = open(file)) {
            RpmPackage rpm = RpmPackage.open(file.toString(), source, RpmLimits.DEFAULT);
            RpmVerification verification = RpmVerifier.verify(rpm, keys(keyrings, weak));
            List<String> objections = verification.objections(policy);
            if (json) {
                JsonObject result = RpmListing.verification(verification)
                        .put("nevra", rpm.nevra())
                        .put("accepted", objections.isEmpty())
                        .putStrings("objections", objections);
                out().print(Json.pretty(result));
            } else {
                RpmListing.verificationLines(verification).forEach(out()::println);
                objections.forEach(objection -> out().println("refused: " + objection));
                if (objections.isEmpty()) {
                    out().println(rpm.nevra() + ": "
                            + (verification.isSigned() ? "intact and signed" : "intact, not signed"));
                }
            }
            return objections.isEmpty() ? 0 : FailureCode.VERIFICATION.exitCode();
        } catch (FormatException e) {
            throw damaged(e);
        }
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private static BuildException damaged(FormatException e) {
        return new BuildException(FailureCode.VERIFICATION, e.getMessage(), "", e);
    }

    private static FileSource open(Path file) throws BuildException, IOException {
        if (!Files.isRegularFile(file)) {
            throw new BuildException(FailureCode.USAGE, "there is no file " + file, "name an RPM package");
        }
        return FileSource.open(file);
    }

    private static OpenPgpVerifier keys(List<Path> files, boolean weak) throws BuildException, IOException {
        List<byte[]> keyrings = new ArrayList<>();
        for (Path file : files == null ? List.<Path>of() : files) {
            try {
                keyrings.add(Files.readAllBytes(file));
            } catch (NoSuchFileException e) {
                throw new BuildException(
                        FailureCode.USAGE, "there is no keyring " + file, "name a file of OpenPGP keys");
            }
        }
        VerificationPolicy policy =
                VerificationPolicy.at(Clock.systemUTC().instant()).withLegacyForms();
        try {
            return new OpenPgpVerifier(
                    Keyring.read(keyrings.toArray(byte[][]::new)), weak ? policy.withWeakSignatures() : policy);
        } catch (FormatException e) {
            throw new BuildException(
                    FailureCode.SIGNING, "keyring: " + e.getMessage(), "use the output of gpg --export", e);
        }
    }
}
