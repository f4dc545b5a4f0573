package dev.caisson.cli;

import dev.caisson.bytes.FormatException;
import dev.caisson.compression.Codec;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.folder.RepositoryCreation;
import dev.caisson.json.Json;
import dev.caisson.json.JsonObject;
import dev.caisson.openpgp.OpenPgpSigner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code caisson repo …}. */
@Command(
        name = "repo",
        mixinStandardHelpOptions = true,
        description = "Makes package repositories.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  caisson repo create packages/                        make the folder an RPM repository",
            "  caisson repo create packages/ --key secret.asc       and sign it",
            "  caisson repo create packages/ --groups comps.xml --compression xz"
        })
final class RepoCommand implements Runnable {
    private static final String PASSPHRASE = "CAISSON_REPO_PASSPHRASE";

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            description = {
                "Writes repodata/ for the RPM packages of a folder and its subfolders, as createrepo_c does. The same"
                        + " packages always give the same bytes: times are those of the packages' builds, or"
                        + " SOURCE_DATE_EPOCH. What the old repomd.xml named is deleted afterwards."
            },
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:written", "2:usage", "5:a package is broken", "8:the key cannot sign"})
    int create(
            @Parameters(paramLabel = "DIR", description = "The folder.") Path folder,
            @Option(
                            names = "--compression",
                            paramLabel = "HOW",
                            defaultValue = "zstd",
                            description = "zstd, xz, gzip or none; default: ${DEFAULT-VALUE}.")
                    String compression,
            @Option(
                            names = "--changelogs",
                            paramLabel = "N",
                            defaultValue = "10",
                            description = "Changelog entries of each package that are kept; default: ${DEFAULT-VALUE}.")
                    int changelogs,
            @Option(names = "--groups", paramLabel = "FILE", description = "Groups of packages: a comps.xml.")
                    Path groups,
            @Option(names = "--modules", paramLabel = "FILE", description = "Module streams: a modules.yaml.")
                    Path modules,
            @Option(
                            names = "--key",
                            paramLabel = "FILE",
                            description = "Signs repomd.xml: an OpenPGP secret key (RSA or Ed25519), armored or"
                                    + " binary; its passphrase, if any, in " + PASSPHRASE + ".")
                    Path key,
            @Option(names = "--json", description = "Print as JSON.") boolean json)
            throws BuildException, IOException {
        if (!Files.isDirectory(folder)) {
            throw new BuildException(FailureCode.USAGE, folder + " is not a folder", "give a folder of packages");
        }
        if (changelogs < 0) {
            throw new BuildException(FailureCode.USAGE, "--changelogs " + changelogs + " is negative", "");
        }
        RepositoryCreation.Options options = new RepositoryCreation.Options(
                codec(compression),
                changelogs,
                Optional.ofNullable(groups),
                Optional.ofNullable(modules),
                signer(key),
                sourceDateEpoch());
        RepositoryCreation.Created created = RepositoryCreation.create(
                folder,
                options,
                new TerminalProgress(
                        spec.commandLine().getErr(),
                        json ? CommonOptions.ProgressKind.NONE : CommonOptions.ProgressKind.AUTO));
        if (json) {
            spec.commandLine()
                    .getOut()
                    .print(Json.pretty(JsonObject.of()
                            .put("packages", created.packages())
                            .put("repomd", created.repomd().toString())
                            .put("time", created.epochSeconds())
                            .put("signed", key != null)));
        } else {
            spec.commandLine()
                    .getOut()
                    .println(created.packages() + " packages, repodata/repomd.xml " + created.repomd()
                            + (key == null ? ", not signed" : ", signed"));
        }
        return 0;
    }

    static OptionalLong sourceDateEpoch() throws BuildException {
        String text = System.getenv("SOURCE_DATE_EPOCH");
        if (text == null || text.isEmpty()) {
            return OptionalLong.empty();
        }
        if (!text.matches("[0-9]{1,11}")) {
            throw new BuildException(
                    FailureCode.USAGE, "SOURCE_DATE_EPOCH is \"" + text + "\"", "give seconds since 1970, or unset it");
        }
        return OptionalLong.of(Long.parseLong(text));
    }

    private static Codec codec(String name) throws BuildException {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "zstd" -> Codec.ZSTD;
            case "xz" -> Codec.XZ;
            case "gzip" -> Codec.GZIP;
            case "none" -> Codec.NONE;
            default ->
                throw new BuildException(
                        FailureCode.USAGE, "--compression " + name + " is unknown", "use zstd, xz, gzip or none");
        };
    }

    private static Optional<OpenPgpSigner> signer(Path key) throws BuildException, IOException {
        if (key == null) {
            return Optional.empty();
        }
        if (!Files.isRegularFile(key)) {
            throw new BuildException(
                    FailureCode.SIGNING, "there is no key " + key, "export one with gpg --export-secret-keys");
        }
        String passphrase = System.getenv(PASSPHRASE);
        try {
            return Optional.of(OpenPgpSigner.read(
                    Files.readAllBytes(key), passphrase == null ? new char[0] : passphrase.toCharArray()));
        } catch (FormatException e) {
            throw new BuildException(
                    FailureCode.SIGNING,
                    "the key " + key + " cannot be used: " + e.getMessage(),
                    "give an RSA or Ed25519 key of gpg --export-secret-keys and its passphrase in " + PASSPHRASE,
                    e);
        }
    }
}
