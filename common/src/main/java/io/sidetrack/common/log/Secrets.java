package io.sidetrack.common.log;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Masks secrets: the known secret values of this process, and text that looks like a secret. It masks
 *
 * <ul>
 *   <li>the values of settings with secret names, such as {@code KAFKA_SSL_KEY_PASSWORD}, and the passwords in a
 *       {@code sasl.jaas.config};
 *   <li>the values that a configuration provider has put into any setting
 *       ({@code io.sidetrack.common.settings.KafkaProperties});
 *   <li>AWS credentials, once they are resolved;
 *   <li>the user info of URLs, headers that authenticate, and passwords and tokens next to their names.
 * </ul>
 *
 * Static, because logback itself creates the converters that use it. Values of fewer than {@value #SHORTEST} characters are not
 * masked, because they occur in ordinary words. Thread-safe.
 */
public final class Secrets {
    /** The text that replaces a secret. */
    public static final String MASK = "***";

    static final int SHORTEST = 4;
    /** Credentials change while a process runs, so the oldest are forgotten. */
    private static final int MOST = 1000;

    private static final int SHORTEST_LINE = 16;

    private static final List<String> SECRET_NAMES = List.of(
            "password",
            "passwd",
            "passphrase",
            "secret",
            "token",
            "credential",
            "jaas",
            "privatekey",
            "apikey",
            "accesskey",
            "keystorekey",
            "authorization");
    /** The endings of names that match, but whose values are not secret. */
    private static final List<String> HARMLESS_ENDS = List.of(
            "file", "location", "path", "url", "uri", "class", "provider", "providers", "ms", "seconds", "accesskeyid");

    private static final Pattern JAAS_OPTION =
            Pattern.compile("(\\w[\\w.-]*+)\\s*+=\\s*+(?:\"((?:[^\"\\\\]|\\\\.)*+)\"|([^\\s;\"]++))");

    private static final Pattern AUTHENTICATING_HEADER = Pattern.compile(
            "(?i)((?<![\\w-])(?:x-amz-security-token|x-aws-ec2-metadata-token|(?:proxy-)?authorization|(?:set-)?cookie)"
                    + "\"?\\s*+[:=]\\s*+)(\\[[^\\]\\r\\n]*+\\]?|\"[^\"]*+\"?|[^\\r\\n]++)");
    /** Matches {@code name=value}, {@code "name": "value"} and {@code <name>value}. */
    private static final Pattern NAMED_SECRET = Pattern.compile(
            "(?i)((?:(?<![\\w.-])[\\w.-]*(?:password|passwd|secret|secret_?access_?key|secretkey|session_?token|access_?token"
                    + "|refresh_?token|id_?token|identity_?token|jaas\\.config)|(?<=\")token)(?:\"\\s*+:|\\s*+[=>])\\s*+)"
                    + "(\"(?:[^\"\\\\]|\\\\.)*+\"?|[^\\s,;&<>)}\\]\"]++)");

    private static final Pattern URL_USER = Pattern.compile("(://)[^\\s\"'<>]{0,512}@");
    private static final Pattern USER_AND_PASSWORD =
            Pattern.compile("(?<![\\w/.+%*-])[\\w.+%-]++:[^\\s:@/\"']++@(?=[\\w\\[])");

    /** In the order in which they became known; guarded by itself. */
    private static final Set<String> KNOWN = new LinkedHashSet<>();
    /** The same values, the longest first: a secret that contains another one must be masked as a whole. */
    private static volatile List<String> longestFirst = List.of();

    private Secrets() {}

    /** Masks this value from now on. Ignores null, flags, and values that are too short. */
    public static void remember(String secret) {
        if (secret == null) {
            return;
        }
        List<String> parts = new ArrayList<>(List.of(secret.strip()));
        if (secret.strip().indexOf('\n') >= 0) {
            // A PEM key can be printed line by line.
            secret.lines()
                    .map(String::strip)
                    .filter(line -> line.length() >= SHORTEST_LINE && !line.startsWith("-----"))
                    .forEach(parts::add);
        }
        parts.removeIf(part -> part.length() < SHORTEST || part.equals("true") || part.equals("false"));
        synchronized (KNOWN) {
            KNOWN.removeAll(parts);
            KNOWN.addAll(parts);
            while (KNOWN.size() > MOST) {
                KNOWN.remove(KNOWN.iterator().next());
            }
            longestFirst = KNOWN.stream()
                    .sorted(Comparator.comparingInt(String::length).reversed())
                    .toList();
        }
    }

    /** Remembers the secrets among these settings: values of secret names, and the user info of URLs in any value. */
    public static void remember(Map<String, String> settings) {
        settings.forEach((name, value) -> {
            if (isSecret(name)) {
                rememberSecretSetting(value);
            }
            rememberUserInfo(value);
        });
    }

    /** Remembers the value of a secret setting, and the passwords in it if it is a JAAS configuration. */
    public static void rememberSecretSetting(String value) {
        remember(value);
        Matcher option = JAAS_OPTION.matcher(value);
        while (option.find()) {
            if (isSecret(option.group(1))) {
                remember(
                        option.group(2) == null
                                ? option.group(3)
                                : option.group(2).replaceAll("\\\\(.)", "$1"));
                remember(option.group(2));
            }
        }
    }

    /** Remembers the user info of URLs, even of malformed ones: without a scheme, or with white space inside. */
    public static void rememberUserInfo(String value) {
        for (String url : value.split(",", -1)) {
            int end = url.lastIndexOf('@');
            int slashes = url.indexOf("//");
            int start = slashes >= 0 && slashes + 2 <= end ? slashes + 2 : 0;
            if (end <= start) {
                continue;
            }
            String user = url.substring(start, end);
            int colon = user.indexOf(':');
            if (colon >= 0) {
                remember(user);
                remember(user.substring(colon + 1));
            } else if (start > 0) {
                remember(user);
            }
        }
    }

    /** True if a setting of this name holds a secret. */
    public static boolean isSecret(String name) {
        String plain = name.toLowerCase(Locale.ROOT).replaceAll("[._-]", "");
        return SECRET_NAMES.stream().anyMatch(plain::contains)
                && HARMLESS_ENDS.stream().noneMatch(plain::endsWith);
    }

    /** The text with {@value #MASK} in place of each secret. */
    public static String mask(String text) {
        String masked = text;
        for (String secret : longestFirst) {
            if (masked.contains(secret)) {
                masked = masked.replace(secret, MASK);
            }
        }
        masked = AUTHENTICATING_HEADER.matcher(masked).replaceAll("$1***");
        masked = NAMED_SECRET.matcher(masked).replaceAll("$1***");
        if (masked.indexOf('@') >= 0) {
            masked = URL_USER.matcher(masked).replaceAll("$1***@");
            masked = USER_AND_PASSWORD.matcher(masked).replaceAll("***@");
        }
        return masked;
    }
}
