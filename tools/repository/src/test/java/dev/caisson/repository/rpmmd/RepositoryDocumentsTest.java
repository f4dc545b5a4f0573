package dev.caisson.repository.rpmmd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.LimitExceededException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Groups, advisories, mirror lists and metalinks. */
class RepositoryDocumentsTest {
    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void comps_groupsAndEnvironments() throws IOException {
        Comps comps = Comps.parse(new ByteArrayInputStream(utf8("""
                <?xml version="1.0"?>
                <!-- a comment -->
                <comps>
                  <group><id>core</id><name>Core</name><name xml:lang="de">Kern</name>
                    <description>D</description><default>true</default><uservisible>false</uservisible>
                    <packagelist>
                      <packagereq type="mandatory">bash</packagereq>
                      <packagereq type="default">vim</packagereq>
                      <packagereq type="optional">emacs</packagereq>
                      <packagereq type="conditional" requires="man">man-bash</packagereq>
                      <packagereq>plain</packagereq>
                    </packagelist></group>
                  <category><id>c</id></category>
                  <environment><id>min</id><name>Minimal</name><grouplist><groupid>core</groupid></grouplist>
                    <optionlist><groupid default="true">extra</groupid></optionlist></environment>
                  <langpacks><match name="x" install="y"/></langpacks>
                </comps>
                """)));
        Comps.Group core = comps.group("core").orElseThrow();
        assertThat(core).isEqualTo(comps.group("Core").orElseThrow());
        assertThat(core.isDefault()).isTrue();
        assertThat(core.userVisible()).isFalse();
        assertThat(core.wanted(false))
                .extracting(m -> m.dependency().toString())
                .containsExactly("bash", "vim", "(man-bash if man)", "plain");
        assertThat(core.wanted(true)).hasSize(5);
        assertThat(comps.environment("min").orElseThrow().options()).containsExactly("extra");
        assertThat(comps.group("none")).isEmpty();
    }

    @Test
    void updateinfo_advisories() throws IOException {
        List<Advisory> advisories = UpdateinfoReader.parse(new ByteArrayInputStream(utf8("""
                <updates><update from="x" status="retracted" type="security" version="2"><id>A-1</id>
                <title>T</title><severity>Important</severity><issued date="2025-01-01 00:00:00"/>
                <references><reference href="h" id="CVE-1" type="cve" title="t"/></references>
                <pkglist><collection short="s"><name>n</name><package name="a" version="1" release="2"
                epoch="0" arch="noarch" src="a.src.rpm"><filename>a-1-2.noarch.rpm</filename>
                <sum type="md5">0</sum></package></collection></pkglist></update></updates>
                """)));
        assertThat(advisories).singleElement().satisfies(a -> {
            assertThat(a.retracted()).isTrue();
            assertThat(a.severity()).isEqualTo("Important");
            assertThat(a.references()).extracting(Advisory.Reference::id).containsExactly("CVE-1");
            assertThat(a.packages()).containsExactly(new Advisory.Update("a", "1-2", "noarch", "a-1-2.noarch.rpm"));
        });
    }

    @Test
    void mirrorList_addressesInOrder() throws FormatException {
        assertThat(MirrorList.parse(
                                utf8("# repo\nhttps://a.example/r/\r\n\n  http://b.example/r\nhttps://a.example/r\n"))
                        .addresses())
                .containsExactly("https://a.example/r", "http://b.example/r");
        assertThatThrownBy(() -> MirrorList.parse(utf8("# nothing\n"))).isInstanceOf(CorruptDataException.class);
        assertThatThrownBy(() -> MirrorList.parse(utf8("<html>"))).isInstanceOf(CorruptDataException.class);
        assertThatThrownBy(() -> MirrorList.parse(utf8("javascript:x"))).isInstanceOf(CorruptDataException.class);
        assertThatThrownBy(() -> MirrorList.parse(new byte[2 << 20])).isInstanceOf(LimitExceededException.class);
    }

    @Test
    void metalink_placesAndVersions() throws FormatException {
        byte[] now = utf8("now");
        byte[] before = utf8("before");
        Metalink metalink = Metalink.parse(utf8("""
                <metalink version="3.0" xmlns="http://www.metalinker.org/" xmlns:mm0="http://fedorahosted.org/mirrormanager">
                <files><file name="repomd.xml"><mm0:timestamp>20</mm0:timestamp><size>3</size>
                <verification><hash type="md5">%s</hash><hash type="sha256">%s</hash></verification>
                <mm0:alternates><mm0:alternate><mm0:timestamp>10</mm0:timestamp><size>6</size>
                <verification><hash type="sha256">%s</hash></verification></mm0:alternate></mm0:alternates>
                <resources maxconnections="1">
                <url protocol="rsync" type="rsync" preference="100">rsync://c.example/r/repodata/repomd.xml</url>
                <url protocol="http" type="http" preference="90">http://b.example/r/repodata/repomd.xml</url>
                <url protocol="https" type="https" preference="100">https://a.example/r/repodata/repomd.xml</url>
                </resources></file></files></metalink>
                """.formatted(
                        DigestAlgorithm.MD5.of(now).hex(),
                        DigestAlgorithm.SHA256.of(now).hex(),
                        DigestAlgorithm.SHA256.of(before).hex())));
        assertThat(metalink.repositories()).containsExactly("https://a.example/r", "http://b.example/r");
        assertThat(metalink.versions()).extracting(Metalink.Version::timestamp).containsExactly(20L, 10L);
        assertThat(metalink.versions().get(0).matches(now)).isTrue();
        assertThat(metalink.versions().get(0).matches(before)).isFalse();
        assertThat(metalink.versions().get(1).matches(before)).isTrue();
    }

    @Test
    void metalink_weakDigestsAloneProveNothing() throws FormatException {
        byte[] document = utf8("x");
        Metalink metalink = Metalink.parse(
                utf8("""
                <metalink xmlns="urn:ietf:params:xml:ns:metalink"><file name="repomd.xml"><size>1</size>
                <hash type="sha-1">%s</hash><url priority="1">https://a.example/repodata/repomd.xml</url>
                </file></metalink>""".formatted(DigestAlgorithm.SHA1.of(document).hex())));
        assertThat(metalink.versions().get(0).matches(document)).isFalse();
        assertThatThrownBy(() -> Metalink.parse(utf8("<metalink><files/></metalink>")))
                .isInstanceOf(CorruptDataException.class);
        assertThatThrownBy(() -> Metalink.parse(utf8("<html/>"))).isInstanceOf(FormatException.class);
    }
}
