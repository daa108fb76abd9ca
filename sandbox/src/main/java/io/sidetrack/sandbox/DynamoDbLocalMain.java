package io.sidetrack.sandbox;

import java.lang.reflect.Field;

/**
 * Starts DynamoDB Local on a single address. Its own main class listens on every interface without authentication, and has no
 * option to change that. Runs in the child process, on DynamoDB Local's class path; nothing is compiled against it.
 */
final class DynamoDbLocalMain {
    private DynamoDbLocalMain() {}

    /** Arguments: the address, followed by those of DynamoDB Local's own main class. */
    public static void main(String[] arguments) throws ReflectiveOperationException {
        String[] own = new String[arguments.length - 1];
        System.arraycopy(arguments, 1, own, 0, own.length);
        Object proxy = Class.forName("com.amazonaws.services.dynamodbv2.local.main.ServerRunner")
                .getMethod("createServerFromCommandLineArgs", String[].class)
                .invoke(null, (Object) own);
        Field field = proxy.getClass().getDeclaredField("server");
        field.setAccessible(true);
        Object server = field.get(proxy);
        for (Object connector :
                (Object[]) server.getClass().getMethod("getConnectors").invoke(server)) {
            connector.getClass().getMethod("setHost", String.class).invoke(connector, arguments[0]);
        }
        proxy.getClass().getMethod("start").invoke(proxy);
        proxy.getClass().getMethod("join").invoke(proxy);
    }
}
