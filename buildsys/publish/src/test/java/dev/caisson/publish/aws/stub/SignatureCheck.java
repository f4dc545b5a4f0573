package dev.caisson.publish.aws.stub;

import com.sun.net.httpserver.HttpExchange;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signature Version 4, computed anew from the request as it arrived and compared.
 *
 * @param accessKey who signed
 * @param region of the scope
 * @param service of the scope
 */
record SignatureCheck(String accessKey, String region, String service) {
    private static final Pattern AUTHORIZATION =
            Pattern.compile("AWS4-HMAC-SHA256 Credential=([^/]+)/(\\d{8})/([a-z0-9-]+)/"
                    + "([a-z0-9]+)/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final Duration SKEW = Duration.ofMinutes(15);

    /**
     * Checks a request.
     *
     * @param secrets by access key
     * @param tokens session tokens by access key, for keys that have one
     */
    static SignatureCheck of(
            HttpExchange exchange, byte[] body, Map<String, String> secrets, Map<String, String> tokens, Instant now) {
        String header = exchange.getRequestHeaders().getFirst("Authorization");
        Matcher matcher = AUTHORIZATION.matcher(header == null ? "" : header);
        if (!matcher.matches()) {
            throw new StubFailure(403, "MissingAuthenticationToken", "no Signature Version 4: " + header);
        }
        String key = matcher.group(1);
        String secret = secrets.get(key);
        if (secret == null) {
            throw new StubFailure(403, "InvalidClientTokenId", "the key is not known");
        }
        String token = exchange.getRequestHeaders().getFirst("X-Amz-Security-Token");
        if (tokens.containsKey(key) ? !tokens.get(key).equals(token) : token != null) {
            throw new StubFailure(403, "InvalidClientTokenId", "the session token is not the key's");
        }
        List<String> signed = Arrays.asList(matcher.group(5).split(";"));
        if (!signed.contains("host")
                || !signed.contains("x-amz-date")
                || !signed.equals(signed.stream().sorted().toList())) {
            throw new StubFailure(403, "SignatureDoesNotMatch", "signed headers " + signed);
        }
        for (String name : exchange.getRequestHeaders().keySet()) {
            String lower = name.toLowerCase(Locale.ROOT);
            if (lower.startsWith("x-amz-") && !signed.contains(lower)) {
                throw new StubFailure(403, "SignatureDoesNotMatch", lower + " is not signed");
            }
        }
        String time = exchange.getRequestHeaders().getFirst("X-Amz-Date");
        Instant at = Instant.from(TIME.parse(time));
        if (!time.startsWith(matcher.group(2))
                || Duration.between(at, now).abs().compareTo(SKEW) > 0) {
            throw new StubFailure(403, "RequestExpired", "signed at " + time);
        }
        String expected = sign(exchange, body, secret, matcher, signed, time);
        if (!expected.equals(matcher.group(6))) {
            throw new StubFailure(403, "SignatureDoesNotMatch", "signature is not " + expected);
        }
        return new SignatureCheck(key, matcher.group(3), matcher.group(4));
    }

    private static String sign(
            HttpExchange exchange, byte[] body, String secret, Matcher matcher, List<String> signed, String time) {
        StringBuilder headers = new StringBuilder();
        for (String name : signed) {
            List<String> values = exchange.getRequestHeaders().get(name);
            if (values == null) {
                throw new StubFailure(403, "SignatureDoesNotMatch", "signed header " + name + " is missing");
            }
            headers.append(name)
                    .append(':')
                    .append(String.join(",", values).trim().replaceAll(" +", " "))
                    .append('\n');
        }
        String declared = exchange.getRequestHeaders().getFirst("X-Amz-Content-Sha256");
        String payload = hex(sha256(body));
        if (declared != null && !declared.equals(payload)) {
            if (!declared.equals("UNSIGNED-PAYLOAD") || !matcher.group(4).equals("ebs")) {
                throw new StubFailure(403, "SignatureDoesNotMatch", "x-amz-content-sha256 is not the body's");
            }
            payload = declared;
        }
        String canonical = exchange.getRequestMethod() + "\n" + path(exchange) + "\n" + query(exchange) + "\n" + headers
                + "\n" + String.join(";", signed) + "\n" + payload;
        String scope = matcher.group(2) + "/" + matcher.group(3) + "/" + matcher.group(4) + "/aws4_request";
        String text = "AWS4-HMAC-SHA256\n" + time + "\n" + scope + "\n"
                + hex(sha256(canonical.getBytes(StandardCharsets.UTF_8)));
        byte[] key = ("AWS4" + secret).getBytes(StandardCharsets.UTF_8);
        for (String part : List.of(matcher.group(2), matcher.group(3), matcher.group(4), "aws4_request", text)) {
            key = hmac(key, part);
        }
        return hex(key);
    }

    /** Path segments are encoded once more. */
    private static String path(HttpExchange exchange) {
        String raw = exchange.getRequestURI().getRawPath();
        return raw.isEmpty() ? "/" : raw.replace("%", "%25");
    }

    private static String query(HttpExchange exchange) {
        String raw = exchange.getRequestURI().getRawQuery();
        if (raw == null || raw.isEmpty()) {
            return "";
        }
        List<String> parts = new ArrayList<>();
        for (String part : raw.split("&")) {
            parts.add(part.contains("=") ? part : part + "=");
        }
        TreeMap<String, String> sorted = new TreeMap<>();
        parts.forEach(part -> sorted.put(part, part));
        return String.join("&", sorted.values());
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
