package dev.caisson.publish.aws;

import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ebs.EbsClient;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * The SDK's clients by region, made when they are first needed. They share connections and credentials, and send each request
 * once: {@link AwsCalls} decides what is sent again.
 */
final class AwsClients implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration ANSWER = Duration.ofSeconds(60);

    private final AwsCredentialsProvider credentials;
    private final List<ExecutionInterceptor> interceptors;
    private final Optional<URI> endpoint;
    private final SdkHttpClient http;
    private final Map<String, SdkAutoCloseable> clients = new LinkedHashMap<>();

    /**
     * @param credentials usually the SDK's chain: environment, web identity, profile, container, instance
     * @param interceptors that see every request; for tests
     * @param endpoint instead of the partition's own; for tests (the SDK itself knows AWS_ENDPOINT_URL)
     */
    AwsClients(AwsCredentialsProvider credentials, List<ExecutionInterceptor> interceptors, Optional<URI> endpoint) {
        this.credentials = credentials;
        this.endpoint = endpoint;
        this.interceptors = List.copyOf(interceptors);
        // The JDK keeps five connections per host by default, and sends a lost POST again by itself.
        setDefault("http.maxConnections", Integer.toString(SnapshotUpload.MOST_AT_ONCE));
        setDefault("sun.net.http.retryPost", "false");
        this.http = UrlConnectionHttpClient.builder()
                .connectionTimeout(CONNECT)
                .socketTimeout(ANSWER)
                .build();
    }

    private static void setDefault(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    EbsClient ebs(String region) {
        return client("ebs", region, EbsClient.class, () -> built(EbsClient.builder(), region));
    }

    Ec2Client ec2(String region) {
        return client("ec2", region, Ec2Client.class, () -> built(Ec2Client.builder(), region));
    }

    SsmClient ssm(String region) {
        return client("ssm", region, SsmClient.class, () -> built(SsmClient.builder(), region));
    }

    KmsClient kms(String region) {
        return client("kms", region, KmsClient.class, () -> built(KmsClient.builder(), region));
    }

    StsClient sts(String region) {
        return client("sts", region, StsClient.class, () -> built(StsClient.builder(), region));
    }

    private synchronized <T extends SdkAutoCloseable> T client(
            String service, String region, Class<T> type, java.util.function.Supplier<T> maker) {
        return type.cast(clients.computeIfAbsent(service + " " + region, key -> maker.get()));
    }

    private <
                    B extends
                            AwsClientBuilder<B, T>
                                    & software.amazon.awssdk.core.client.builder.SdkSyncClientBuilder<B, T>,
                    T>
            T built(B builder, String region) {
        ClientOverrideConfiguration.Builder settings =
                ClientOverrideConfiguration.builder().retryStrategy(AwsRetryStrategy.doNotRetry());
        interceptors.forEach(settings::addExecutionInterceptor);
        endpoint.ifPresent(builder::endpointOverride);
        return builder.region(Region.of(region))
                .credentialsProvider(credentials)
                .httpClient(http)
                .overrideConfiguration(settings.build())
                .build();
    }

    @Override
    public synchronized void close() {
        clients.values().forEach(SdkAutoCloseable::close);
        http.close();
    }
}
