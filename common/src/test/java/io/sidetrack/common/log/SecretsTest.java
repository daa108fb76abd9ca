package io.sidetrack.common.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Known secrets, and text that looks like a secret, are masked wherever they appear. */
class SecretsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "KAFKA_SSL_KEY_PASSWORD",
                "KAFKA_SASL_JAAS_CONFIG",
                "KAFKA_CONSUMER_SSL_KEYSTORE_KEY",
                "AWS_SECRET_ACCESS_KEY",
                "AWS_SESSION_TOKEN",
                "AWS_CONTAINER_AUTHORIZATION_TOKEN",
                "aws.secretAccessKey",
                "MY_API_KEY",
            })
    void valueOfASecretNameIsSecret(String name) {
        assertThat(Secrets.isSecret(name)).isTrue();
        String secret = "of-" + name.hashCode();
        Secrets.remember(Map.of(name, secret));
        assertThat(Secrets.mask("x" + secret + "y")).isEqualTo("x***y");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "WRITER_TABLE",
                "WRITER_TOMBSTONE_TTL",
                "ROUTER_BACKFILL_KEYS",
                "AWS_ACCESS_KEY_ID",
                "AWS_WEB_IDENTITY_TOKEN_FILE",
                "KAFKA_SASL_OAUTHBEARER_TOKEN_ENDPOINT_URL",
                "KAFKA_SSL_KEYSTORE_LOCATION",
                "KAFKA_CONFIG_PROVIDERS",
            })
    void valueOfAnotherNameIsNotSecret(String name) {
        assertThat(Secrets.isSecret(name)).isFalse();
    }

    @Test
    void passwordsOfAJaasConfigurationAreMaskedIndividually() {
        Secrets.remember(
                Map.of(
                        "KAFKA_SASL_JAAS_CONFIG",
                        "a.b.Module required username=\"someone\" password=\"jaas-\\\"quoted\\\"\" clientSecret=jaasunquoted;"));
        assertThat(Secrets.mask("got jaas-\"quoted\" and jaasunquoted by someone"))
                .isEqualTo("got *** and *** by someone");
    }

    @ParameterizedTest
    @CsvSource({
        "http://u:urlsecret1@host/x",
        "http//u:urlsecret2@host",
        "u:urlsecret3@host:1",
        "http://u:url secret4@host",
        "http://u:urlsecret5/@x@host",
        "https://urlsecret6@host",
    })
    void userInfoOfAUrlIsMaskedInEveryForm(String url) {
        Secrets.remember(Map.of("AWS_ENDPOINT_URL_DYNAMODB", url));
        assertThat(Secrets.mask("Illegal character in " + url + ", part " + url.substring(url.indexOf("url"))))
                .doesNotContainPattern("secret\\d");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x-amz-security-token:SECRET",
                "headers={X-Amz-Security-Token=[SECRET], Host=[h]}",
                "\"X-Amz-Security-Token: SECRET[\\r][\\n]\"",
                "Authorization: AWS4-HMAC-SHA256 Credential=x, Signature=SECRET",
                "http-outgoing-0 >> authorization: Basic SECRET",
                "{\"SecretAccessKey\" : \"SECRET\"}",
                "{\"Token\":\"SECRET\"}",
                "<SessionToken>SECRET</SessionToken>",
                "ssl.key.password = SECRET",
                "sasl.jaas.config=\"x password=SECRET\"",
                "required password=\"a \\\" SECRET\";",
                "connecting to amqp://user:SECRET@host",
                "bad address user:SECRET@host:9092",
            })
    void textThatLooksLikeASecretIsMasked(String line) {
        assertThat(Secrets.mask(line)).contains("***").doesNotContain("SECRET");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "KAFKA_SSL_KEY_PASSWORD: not set. Set it.",
                "orders, partition 3, offset 7: not written (Not authorized to access topics: [orders])",
                "writing orders-live to table orders (key [id (S)], overwrite), HTTP on 8080",
                "Node localhost:9092 (id: 1 rack: null)",
                "io.sidetrack.Foo@1f2e3d",
                "see https://host/path?mail=x, and a@b",
                "sasl.jaas.config: cannot be set",
            })
    void otherTextStaysUnchanged(String line) {
        assertThat(Secrets.mask(line)).isEqualTo(line);
    }

    @Test
    void shortValuesAndFlagsAreNotMasked() {
        Secrets.remember("abc");
        Secrets.remember("false");
        assertThat(Secrets.mask("abc is false")).isEqualTo("abc is false");
    }

    @Test
    void keyOfSeveralLinesIsMaskedLineByLine() {
        Secrets.remember("-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0\nAQEFAASCBKcwggSjAgEAAoI\n-----END");
        assertThat(Secrets.mask("at AQEFAASCBKcwggSjAgEAAoI")).isEqualTo("at ***");
    }

    @Test
    void longTextIsMaskedInLinearTime() {
        for (String part : new String[] {"a", ".", "://", "a:", "password", "\"", "a@", "x-", "=", " ", "\\"}) {
            assertThat(Secrets.mask(part.repeat(20_000) + "@")).isNotNull();
        }
    }
}
