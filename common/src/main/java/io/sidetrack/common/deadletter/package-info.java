/** The forms of a dead letter, from the whole record to its position alone. Promises a form that every topic accepts. */
package io.sidetrack.common.deadletter;
