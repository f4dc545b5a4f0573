package dev.caisson.engine.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Proxy;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProxySettingsTest {
    private static boolean proxied(Map<String, String> environment, String uri) throws FetchException {
        return ProxySettings.of(environment).select(URI.create(uri)).get(0).type() == Proxy.Type.HTTP;
    }

    @Test
    void schemesHaveTheirOwnVariable() throws Exception {
        assertThat(proxied(Map.of("http_proxy", "http://p:1"), "http://a/")).isTrue();
        assertThat(proxied(Map.of("http_proxy", "http://p:1"), "https://a/")).isFalse();
        assertThat(proxied(Map.of("HTTPS_PROXY", "p:1"), "https://a/")).isTrue();
        assertThat(proxied(Map.of("all_proxy", "p:1"), "https://a/")).isTrue();
        assertThat(proxied(Map.of(), "http://a/")).isFalse();
        assertThat(proxied(Map.of("http_proxy", "  "), "http://a/")).isFalse();
    }

    @Test
    void exceptionsAreHostsDomainsPortsOrEverything() throws Exception {
        Map<String, String> environment = Map.of(
                "http_proxy", "http://p:1", "no_proxy", "localhost, .inner.example,plain.example,port.example:81");
        assertThat(proxied(environment, "http://localhost/")).isFalse();
        assertThat(proxied(environment, "http://x.inner.example/")).isFalse();
        assertThat(proxied(environment, "http://inner.example/")).isFalse();
        assertThat(proxied(environment, "http://www.PLAIN.example/")).isFalse();
        assertThat(proxied(environment, "http://notplain.example/")).isTrue();
        assertThat(proxied(environment, "http://port.example:81/")).isFalse();
        assertThat(proxied(environment, "http://port.example/")).isTrue();
        assertThat(proxied(Map.of("http_proxy", "p:1", "NO_PROXY", "*"), "http://a/"))
                .isFalse();
    }

    @Test
    void otherKindsOfProxyAreRefusedWithoutShowingThem() {
        assertThatThrownBy(() -> ProxySettings.of(Map.of("http_proxy", "socks5://me:pw@p:1")))
                .isInstanceOf(FetchException.class)
                .message()
                .doesNotContain("pw");
    }
}
