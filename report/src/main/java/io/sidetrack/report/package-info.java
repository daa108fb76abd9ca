/**
 * A report as data ({@link io.sidetrack.report.Report}: charts, tables, notes), and the one HTML file that shows it
 * ({@link io.sidetrack.report.ReportFile}). The file loads nothing, contains no script, and is well-formed XML. Text from outside
 * cannot become markup. Knows neither Kafka nor DynamoDB.
 */
package io.sidetrack.report;
