package dev.caisson.cli;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.keys.KeyProfiles;
import dev.caisson.json.Json;
import dev.caisson.json.JsonObject;
import dev.caisson.secureboot.SecureBootKeys;
import dev.caisson.signing.LocalSigningKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code caisson keys …}. */
@Command(
        name = "keys",
        mixinStandardHelpOptions = true,
        description = "Makes and shows Secure Boot keys: PK, KEK and db of a profile in .caisson/keys.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  caisson keys generate production",
            "  caisson keys show development",
            "  caisson keys export development enrol/     PK, KEK and db as certificates, ESL and .auth"
        })
final class KeysCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    @Option(
            names = "--keys",
            paramLabel = "DIR",
            scope = CommandLine.ScopeType.INHERIT,
            description = "Folder of key profiles; default: .caisson/keys here or above.")
    private Path folder;

    private KeyProfiles profiles() {
        return new KeyProfiles(Path.of("").toAbsolutePath(), Optional.ofNullable(folder));
    }

    private Path profile(String name) throws BuildException {
        return profiles()
                .find(name)
                .orElseThrow(() -> new BuildException(
                        FailureCode.SIGNING,
                        "there is no key profile " + name + " in .caisson/keys here or above",
                        "make one with 'caisson keys generate " + name + "', or give its folder with --keys"));
    }

    @Command(
            name = "generate",
            mixinStandardHelpOptions = true,
            description = "Makes a profile. An existing one is never overwritten.")
    int generate(@Parameters(paramLabel = "PROFILE") String name) throws BuildException, IOException {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
            throw new BuildException(
                    FailureCode.USAGE, "\"" + name + "\" is not a profile name", "use letters, digits, . _ and -");
        }
        Path made = profiles().generate(name, Clock.systemUTC().instant(), new SecureRandom());
        spec.commandLine().getOut().println("made " + made);
        spec.commandLine().getOut().println("keep it safe: whoever has db.key can sign images that your machines boot");
        return 0;
    }

    @Command(name = "show", mixinStandardHelpOptions = true, description = "Shows the certificates of a profile.")
    int show(
            @Parameters(paramLabel = "PROFILE") String name,
            @Option(names = "--json", description = "Print as JSON.") boolean json)
            throws BuildException {
        SecureBootKeys keys = KeyProfiles.read(profile(name));
        JsonObject all = JsonObject.of()
                .put("owner", keys.owner().toString())
                .put("PK", describe(keys.platformKey()))
                .put("KEK", describe(keys.keyExchangeKey()))
                .put("db", describe(keys.database()));
        if (json) {
            spec.commandLine().getOut().print(Json.pretty(all));
        } else {
            spec.commandLine().getOut().println("owner " + keys.owner());
            print("PK ", keys.platformKey());
            print("KEK", keys.keyExchangeKey());
            print("db ", keys.database());
        }
        return 0;
    }

    private void print(String label, LocalSigningKey key) {
        X509Certificate certificate = key.certificates().get(0);
        spec.commandLine()
                .getOut()
                .println(label + " " + certificate.getSubjectX500Principal().getName() + ", until "
                        + certificate.getNotAfter().toInstant());
    }

    private static JsonObject describe(LocalSigningKey key) {
        X509Certificate certificate = key.certificates().get(0);
        return JsonObject.of()
                .put("subject", certificate.getSubjectX500Principal().getName())
                .put("serial", certificate.getSerialNumber().toString(16))
                .put("notBefore", certificate.getNotBefore().toInstant().toString())
                .put("notAfter", certificate.getNotAfter().toInstant().toString());
    }

    @Command(
            name = "export",
            mixinStandardHelpOptions = true,
            description = "Writes the public parts of a profile: PEM and DER certificates, ESL and .auth files.")
    int export(
            @Parameters(index = "0", paramLabel = "PROFILE") String name,
            @Parameters(index = "1", paramLabel = "DIR") Path target)
            throws BuildException, IOException {
        SecureBootKeys keys = KeyProfiles.read(profile(name));
        Files.createDirectories(target);
        Map<String, byte[]> files = keys.publicFiles(
                keys.database().certificates().get(0).getNotBefore().toInstant());
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Files.write(target.resolve(file.getKey()), file.getValue());
            spec.commandLine().getOut().println(target.resolve(file.getKey()));
        }
        return 0;
    }
}
