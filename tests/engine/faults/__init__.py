"""The known faults of SpiffWorkflow 3.2.0: each reproduced on the bare library, and the same model on our engine.

A class is a fault; ``test_stock_…`` shows what the library does, so that we notice when it is mended, and
``test_ours_…`` that our engine runs the model correctly or refuses it, by element and line. ``either`` is said
of what is refused as long as the profile does not run it, and correct from then on: ``Ours.refuses_or``.

The numbers are those of the list in ``shared/spiffworkflow.md``; in the sections 1, 2, 4, 5, 6 and 9, whose
rows have none, they count the rows. This table is printed by ``python -m tests.engine.faults.table``.

    1.1  correct  test_stepping.TestCancelledCase: a cancelled case is completed, and its steps can still be run
    1.1  correct  test_stepping.TestFailedTask: a task that fails leaves half its data, falls silent, and holds up those beside it for ever
    1.1  refused  test_stepping.TestTasksOfNobody: a plain task waits for a person nobody named, a service task for nobody at all
    1.2  refused  test_stepping.TestPathWithoutEnd: a path that just stops completes the case, but only when somebody asks
    1.3  correct  test_stepping.TestDataOfAWaitingTask: what is written while a task waits is overwritten when it goes on
    1.3  correct  test_stepping.TestSharedData: what a later step changes inside a value is changed in the completed steps too
    1.7  correct  test_saving.TestSomeCasesCannotBeSaved: cases of another parser or with a service task, and the plain dictionary, cannot be saved
    1.7  correct  test_saving.TestStateHoldsTheSpec: half of a saved case is its definition, saved again with each step
    1.7  correct  test_saving.TestTypesThatChange: data come back changed: keys as text, lists for tuples and sets, nothing for a function
    1.7  refused  test_saving.TestUnknownVersion: a state of an unknown version is read as if it were of this one
    3.1  refused  test_tokens.TestFlowWithoutId: a sequence flow without an id is dropped with all that is behind it
    3.2  correct  test_tokens.TestDepthOfOneThousand: a case whose task tree is deeper than 1000 is called completed
    3.2b correct  test_tokens.TestRecursionInALongLoop: the same loop with a boundary timer ends in a RecursionError
    3.3  correct  test_tokens.TestDurationAsDate: a timeDate that holds a duration, which every modeller can write, loses the token
    3.3  correct  test_tokens.TestLostToken: an expression that fails when a node is entered loses the token
    3.4  correct  test_tokens.TestNoCheckOfState: a task is run whatever its state: twice, before its turn, before its time
    3.5  correct  test_tokens.TestJoinBlendsData: a join blends what parallel branches wrote into records that nobody wrote
    3.6  refused  test_saving.TestReservedKey: data with a key typename save well and can never be loaded, or come back as an engine's object
    3.7  either   test_elements.TestLinkEvents: a link: the case ends at the throw, and what is behind the catch is not even read
    3.7  either   test_elements.TestSignalEnd: a signal at an end is never sent
    3.7  refused  test_elements.TestCompensation: compensation, thrown or at an end: nothing is compensated
    3.7  refused  test_elements.TestEventsWithoutDefinition: a conditional throw, and events and tasks that wait for nothing, are passed at once
    3.7b either   test_elements.TestConditionalEventSubprocess: a conditional event sub-process never starts
    3.7b either   test_elements.TestEventSubprocessThatRunsAtOnce: an event sub-process for errors, escalations or compensation runs when the case begins
    3.7b either   test_elements.TestInterruptingEventSubprocess: an interrupting event sub-process interrupts nothing
    3.7b either   test_elements.TestTimedEventSubprocess: a timed event sub-process keeps a case open that is done
    3.8  either   test_elements.TestSpecChangedByACase: a case that gets a message changes the definition for those that follow
    3.9  either   test_elements.TestUncaughtError: an error that nobody catches is ignored and the case goes on
    3.10 refused  test_elements.TestReservedIds: the ids End and Start, and generated ones, are taken for Spiff's own nodes
    3.11 refused  test_elements.TestAdHocSubprocess: an ad-hoc sub-process drops business rules and fails for want of what nobody draws
    3.12 correct  test_stepping.TestMaskedErrors: what really went wrong is hidden behind an error of the engine's own
    3.13 either   test_stepping.TestMessageWithoutExpression: the Camunda parser takes a message throw that it cannot run
    3.14 correct  test_tokens.TestRacingWorkers: two workers load a case, do the same step and save: it is done twice
    3.16 correct  test_tokens.TestTokensMerge: tokens that meet at an exclusive gateway become one
"""
