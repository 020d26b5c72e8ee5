"""The known faults of SpiffWorkflow 3.2.0: each reproduced on the bare library, and the same model on our engine.

A class is a fault; ``test_stock_…`` shows what the library does, so that we notice when it is mended, and
``test_ours_…`` that our engine runs the model correctly or refuses it, by element and line. ``either`` is said
of what is refused as long as the profile does not run it, and correct from then on (``Ours.refuses_or``);
``wrong`` of what ours does not do well yet: one of its tests is expected to fail, and says why.

The numbers are those of the list in ``shared/spiffworkflow.md``; in the sections 1, 2, 4, 5, 6 and 9, whose
rows have none, they count the rows. ``python -m tests.engine.faults.table`` writes this table.

    1.1   correct  test_stepping.TestCancelledCase: a cancelled case is completed, and its steps can still be run
    1.1   correct  test_stepping.TestFailedTask: a task that fails leaves half its data, falls silent, and holds up those beside it for ever
    1.1   correct  test_stepping.TestTasksOfNobody: a plain task waits for a person nobody named, a service task for nobody at all
    1.1   correct  test_timers.TestFiredAndNotRun: a timer that fires at the end of a step is left READY until somebody steps again
    1.2   refused  test_stepping.TestPathWithoutEnd: a path that just stops completes the case, but only when somebody asks
    1.3   correct  test_stepping.TestDataOfAWaitingTask: what is written while a task waits is overwritten when it goes on
    1.3   correct  test_stepping.TestSharedData: what a later step changes inside a value is changed in the completed steps too
    1.4   correct  test_events.TestEarlyMessage: a message that comes too early is gone: queued among those that go out
    1.4   correct  test_events.TestMessageForEverybody: one message is caught by all who wait for its name
    1.4   correct  test_events.TestPayloadOverData: the payload of a message overwrites the data of the case, name by name
    1.4   correct  test_events.TestTerminateAmongEvents: a terminate end event comes out as an event without a name
    1.4   either   test_events.TestThrownMessage: a message that is thrown carries all the data of the case out of the house
    1.4   refused  test_events.TestCorrelation: of several correlation keys one that fits is enough
    1.4   refused  test_events.TestPayloadThatIsNoObject: a payload that is no object breaks the waiting task for ever
    1.5   correct  test_events.TestConditionOnOldData: a conditional boundary event sees the data as they were when its step began
    1.6   correct  test_timers.TestBareDuration: a duration as every tool writes it fails, and loses the token, when it is reached
    1.6   correct  test_timers.TestExactlyDue: a timer that is due exactly now does not fire
    1.7   correct  test_saving.TestSomeCasesCannotBeSaved: cases of another parser or with a service task, and the plain dictionary, cannot be saved
    1.7   correct  test_saving.TestStateHoldsTheSpec: half of a saved case is its definition, saved again with each step
    1.7   correct  test_saving.TestTypesThatChange: data come back changed: keys as text, lists for tuples and sets, nothing for a function
    1.7   refused  test_saving.TestUnknownVersion: a state of an unknown version is read as if it were of this one
    2.1 2.2 2.4 2.5 2.6 2.7 2.8 2.9 2.10 2.12 2.14 2.15 2.16 2.17 2.21 refused  test_reading.TestRiddles: a fault is told without its place, or as another
    2.3   correct  test_reading.TestServiceTask: a service task needs an operator of the vendor's, or its file is refused
    2.11  correct  test_reading.TestDataStore: a data store that is only drawn costs the whole file
    2.13  refused  test_reading.TestBusinessRule: a business rule without decision is a KeyError of the Camunda parser
    2.18  refused  test_reading.TestLongChain: a chain of 489 steps is a RecursionError
    2.19  refused  test_reading.TestProcessWithoutId: a process without an id is a TypeError
    2.20  correct  test_reading.TestEncodings: a file in an encoding of its own cannot be opened, a text with a declaration not be read
    2.22  refused  test_reading.TestNodesLeftOut: nodes that no flow reaches are left out of what is accepted
    2.22  refused  test_reading.TestOtherLanguages: conditions of other languages are accepted, and fail when somebody gets there
    3.1   refused  test_tokens.TestFlowWithoutId: a sequence flow without an id is dropped with all that is behind it
    3.2   correct  test_tokens.TestDepthOfOneThousand: a case whose task tree is deeper than 1000 is called completed
    3.2b  correct  test_tokens.TestRecursionInALongLoop: the same loop with a boundary timer ends in a RecursionError
    3.3   correct  test_tokens.TestDurationAsDate: a timeDate that holds a duration, which every modeller can write, loses the token
    3.3   correct  test_tokens.TestLostToken: an expression that fails when a node is entered loses the token
    3.4   correct  test_tokens.TestNoCheckOfState: a task is run whatever its state: twice, before its turn, before its time
    3.5   correct  test_tokens.TestJoinBlendsData: a join blends what parallel branches wrote into records that nobody wrote
    3.6   refused  test_saving.TestReservedKey: data with a key typename save well and can never be loaded, or come back as an engine's object
    3.7   correct  test_elements.TestLinkEvents: a link: the case ends at the throw, and what is behind the catch is not even read
    3.7   correct  test_elements.TestSignalEnd: a signal at an end is never sent
    3.7   refused  test_elements.TestCompensation: compensation, thrown or at an end: nothing is compensated
    3.7   refused  test_elements.TestEventsWithoutDefinition: a conditional throw, and events and tasks that wait for nothing, are passed at once
    3.7b  correct  test_elements.TestConditionalEventSubprocess: a conditional event sub-process never starts
    3.7b  correct  test_elements.TestEventSubprocessThatRunsAtOnce: an event sub-process for errors, escalations or compensation runs when the case begins
    3.7b  correct  test_elements.TestInterruptingEventSubprocess: an interrupting event sub-process interrupts nothing
    3.7b  correct  test_elements.TestTimedEventSubprocess: a timed event sub-process keeps a case open that is done
    3.8   correct  test_elements.TestSpecChangedByACase: a case that gets a message changes the definition for those that follow
    3.9   refused  test_elements.TestUncaughtError: an error that nobody catches is ignored and the case goes on
    3.10  refused  test_elements.TestReservedIds: the ids End and Start, and generated ones, are taken for Spiff's own nodes
    3.11  refused  test_elements.TestAdHocSubprocess: an ad-hoc sub-process drops business rules and fails for want of what nobody draws
    3.12  correct  test_stepping.TestMaskedErrors: what really went wrong is hidden behind an error of the engine's own
    3.13  either   test_stepping.TestMessageWithoutExpression: the Camunda parser takes a message throw that it cannot run
    3.14  correct  test_tokens.TestRacingWorkers: two workers load a case, do the same step and save: it is done twice
    3.15 7.1 refused  test_decisions.TestDecisionTables: cells are Python: lists never match, most hit policies act as FIRST, no hit is no error
    3.16  correct  test_tokens.TestTokensMerge: tokens that meet at an exclusive gateway become one
    4.1   refused  test_exhaustion.TestLoopMarkerWithoutEnd: a loop marker whose condition stays true, and that has no maximum, never ends
    4.1   refused  test_exhaustion.TestLoopWithoutWait: a loop that waits for nobody never ends
    4.2   refused  test_exhaustion.TestProcessThatCallsItself: a process that calls itself goes on until it is killed
    4.3   refused  test_exhaustion.TestCycleOfNoTime: a cycle of no length fires for ever in one step
    4.4   correct  test_exhaustion.TestEndlessDuration: a duration of aeons, which may come from data, is added up month by month
    4.5   refused  test_exhaustion.TestMillionsOfInstances: the number of instances has no bound
    4.6   refused  test_exhaustion.TestHungryExpressions: a script runs for ever, or takes all memory
    4.7   refused  test_exhaustion.TestDeepNesting: sub-processes in each other are run to any depth that the reader takes
    4.8   correct  test_exhaustion.TestManyPaths: the number of paths through a model does no harm, here as there
    5.1   refused  test_timers.TestLocalTime: a time without an offset is taken in the offset that held when the program started
    5.2   either   test_timers.TestCycleOverSummerTime: a daily cycle comes an hour early when summer time ends
    5.3   correct  test_timers.TestClockThatJumps: a clock that is wrong for a moment moves a limit, or fires it, for good
    5.4   either   test_timers.TestCatchUp: after a pause every missed firing of a cycle comes at once
    5.5   correct  test_timers.TestOddTimes: empty, foreign and broken times are taken, or fail as something else
    5.6   correct  test_timers.TestEveryTimerIsLookedAt: each refresh looks at every timer of the case, due or not
    6.2   correct  test_migration.TestChangedScript: a script that was run is changed: the case goes on with what the old one computed
    6.3   correct  test_migration.TestRunningDeadline: a migration starts running deadlines again and drops what was typed
    6.4   correct  test_migration.TestMissingNode: the new definition lacks a node the case has passed: the case runs on and cannot be loaded again
    6.5   correct  test_migration.TestChangedSubprocess: a changed sub-process stays on the old version while its process is migrated
    6.6   correct  test_migration.TestSwappedDefinition: the definition in a saved case is text: replaced, it is taken, or the case is lost
    7.1   correct  test_code.TestCodeInStoredStates: a stored state holds the definition as text, and one marked 1.1 runs it when it is read
    7.1   correct  test_code.TestModulesThatRunText: whole classes of tasks exist to run text
    7.1   correct  test_code.TestReloadedEngine: a case that is loaded again runs on the unrestricted engine
    7.1   correct  test_code.TestScriptsInExtensions: scripts in the extensions of a task are run before and after it
    7.1   refused  test_code.TestCodeInModels: six fields of a model run Python, two of them past an engine that refuses to
    7.1   refused  test_code.TestEmptiedBuiltins: an environment without builtins is escaped, and data replace what is in it
    7.2   refused  test_code.TestEntities: entities in a file are expanded into what is shown and evaluated
    7.2   refused  test_code.TestSizeOfFiles: nothing bounds the size of a file but the reader's own limits
    9.2   either   test_boundary.TestCheckThatWaits: a cycle starts a check that waits; when its host is left the case breaks
    9.3   correct  test_boundary.TestSecondMessage: of several messages to one host only the first is caught
    9.4   correct  test_boundary.TestOverdueTimer: a timer that is overdue when its host is left is withdrawn, as if the step had been in time
    9.5   correct  test_boundary.TestBrokenCondition: a condition on one branch fails in the middle of a step on another
    9.6   correct  test_boundary.TestMessageAfterTheEnd: a message to a case that has ended runs its event sub-process
    9.6   correct  test_boundary.TestNestedEventSubprocess: an event sub-process inside a sub-process never starts
    9.9   correct  test_boundary.TestSeveralInstances: several instances fail on null, on the second item, and when they are entered again
    9.10  correct  test_boundary.TestPruning: finished branches that are removed are missed at their join
    9.11  correct  test_migration.TestStoredPredictions: steps that were predicted and stored hide one that the new definition inserts
    9.12  correct  test_boundary.TestMovingToken: a token that is moved by running or withdrawing tasks is doubled or lost
"""
