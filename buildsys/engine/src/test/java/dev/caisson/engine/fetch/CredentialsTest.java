package dev.caisson.engine.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialsTest {
    @TempDir
    private Path folder;

    private static Optional<String> decoded(Credentials credentials, String address) {
        return credentials
                .authorization(URI.create(address))
                .map(value -> new String(java.util.Base64.getDecoder().decode(value.substring("Basic ".length()))));
    }

    private Credentials netrc(String text) throws Exception {
        Path file = Files.writeString(folder.resolve("netrc"), text);
        return Credentials.Sources.netrc(Map.of("NETRC", file.toString())).load();
    }

    private Credentials apt(String text, String... sources) throws Exception {
        Path apt = Files.createDirectories(folder.resolve("apt/auth.conf.d"));
        Files.writeString(apt.resolve("90one.conf"), text);
        Files.writeString(apt.resolve("old.bak"), "machine https://b.example login x password x");
        return new Credentials.Sources(
                        Map.of(),
                        Optional.of(folder.resolve("apt")),
                        List.of(sources).stream().map(URI::create).toList())
                .load();
    }

    @Test
    void netrc_findsTheMachine() throws Exception {
        Credentials credentials = netrc("""
                # machine a.example login wrong password wrong
                machine a.example
                  login me   password s3:cret
                machine B.example login you account x password "two words\\""
                macdef init
                machine c.example login macro password macro

                machine c.example password only
                """);
        assertThat(decoded(credentials, "http://a.example:81/x")).contains("me:s3:cret");
        assertThat(decoded(credentials, "https://b.example/")).contains("you:two words\"");
        assertThat(decoded(credentials, "https://c.example/")).contains(":only");
        assertThat(decoded(credentials, "https://sub.a.example/")).isEmpty();
    }

    @Test
    void netrc_default_isForTheRest() throws Exception {
        Credentials credentials = netrc("machine a.example login me password p default login any password q");
        assertThat(decoded(credentials, "http://a.example/")).contains("me:p");
        assertThat(decoded(credentials, "http://z.example/")).contains("any:q");
    }

    @Test
    void netrc_ofHome_mayBeAbsent_theNamedOneMayNot() throws Exception {
        Files.writeString(folder.resolve(".netrc"), "machine a.example login me password p");
        assertThat(decoded(
                        Credentials.Sources.netrc(Map.of("HOME", folder.toString()))
                                .load(),
                        "http://a.example/"))
                .contains("me:p");
        assertThat(decoded(
                        Credentials.Sources.netrc(
                                        Map.of("HOME", folder.resolve("no").toString()))
                                .load(),
                        "http://a.example/"))
                .isEmpty();
        Credentials.Sources missing =
                Credentials.Sources.netrc(Map.of("NETRC", folder.resolve("no").toString()));
        assertThatThrownBy(missing::load).isInstanceOf(FetchException.class).hasMessageContaining("NETRC");
    }

    @Test
    void apt_isForTheMachinesSourcesOnly() throws Exception {
        Credentials credentials = apt("machine a.example login me password p", "https://a.example/debian/");
        assertThat(decoded(credentials, "https://a.example/debian/dists/x")).contains("me:p");
        assertThat(decoded(credentials, "https://a.example/other/")).isEmpty();
        assertThat(decoded(credentials, "https://a.example:8443/debian/x")).isEmpty();
    }

    @Test
    void apt_withoutProtocol_isForHttpsOnly() throws Exception {
        Credentials credentials = apt(
                "machine a.example login me password p\nmachine http://b.example:81/deb login you password q",
                "http://a.example/",
                "http://b.example:81/debian/",
                "http://b.example:82/debian/");
        assertThat(decoded(credentials, "http://a.example/x")).isEmpty();
        assertThat(decoded(credentials, "http://b.example:81/debian/x")).contains("you:q");
        assertThat(decoded(credentials, "http://b.example:82/debian/x")).isEmpty();
    }

    @Test
    void nothingOfASecretIsPrinted() throws Exception {
        assertThat(Netrc.parse("machine a login me password hidden").toString())
                .doesNotContain("hidden")
                .doesNotContain("me ");
    }

    @Test
    void anyText_isRead() {
        Random random = new Random(7);
        String letters = "machine default login password macdef \"\\#\n\t";
        for (int i = 0; i < 2000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(60); n > 0; n--) {
                int from = random.nextInt(letters.length());
                text.append(letters, from, from + random.nextInt(Math.min(9, letters.length() - from) + 1));
            }
            List<Netrc.Entry> entries = Netrc.parse(text.toString());
            Netrc.find(entries, URI.create("http://h/p"));
            Netrc.findApt(entries, URI.create("http://h/p"));
        }
    }
}
